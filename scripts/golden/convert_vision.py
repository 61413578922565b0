"""Golden checkpoints of vision-language models and of weights in 4 bits, for the converter's tests.

As convert.py, with NAME.rows.gguf beside each: pixels, and the rows that the original makes of them.

    python scripts/golden/convert_vision.py ~/.cache/maque/packages/llama_cpp_python-*.tar.gz \
        hub/src/test/resources/golden/convert
"""

import shutil
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import (
    CLIPVisionConfig,
    CLIPVisionModel,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    Phi3Config,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)

import minigpt4
from clip import randomize as randomize_tower
from convert import SMALL, byte_level_tokenizer, converter, references, write_json
from models import randomize, write_logits

TOWER = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
             image_size=28, patch_size=14, hidden_act="quick_gelu")
# LLaVA's own files do not describe the tower, whose heads are then of 64 values.
ORIGINAL_TOWER = TOWER | dict(hidden_size=64, num_attention_heads=1)
TEXTS = {
    "llava-qwen2": Qwen2Config(**SMALL, vocab_size=352, tie_word_embeddings=True),
    "llava-xtuner": Phi3Config(**SMALL, vocab_size=352, bos_token_id=0, eos_token_id=0, pad_token_id=0,
                               sliding_window=9),
    "llava-original": LlamaConfig(**SMALL, vocab_size=352),
}
GROUP = 32
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]


def write_rows(path, pixels, rows, deepstack=()):
    writer = gguf.GGUFWriter(path, "golden")
    writer.add_string("golden.source", f"transformers {transformers.__version__}, torch {torch.__version__}")
    writer.add_tensor("pixels", np.ascontiguousarray(pixels))
    writer.add_tensor("rows", np.ascontiguousarray(rows))
    for i, values in enumerate(deepstack):
        writer.add_tensor(f"deepstack.{i}", np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def text_logits(folder, name, model, rng, size, length=20):
    tokens = rng.integers(0, size, length)
    with torch.no_grad():
        logits = model(torch.tensor(tokens)[None]).logits[0].numpy()
    write_logits(folder / f"{name}.logits.gguf", tokens, logits, length)


def named(model, **prefixes):
    """Parameters under other names."""
    for name, parameter in model.named_parameters():
        name = name.removeprefix("model.")
        for theirs, ours in prefixes.items():
            if name.startswith(theirs + "."):
                yield ours + name[len(theirs) + 1:], parameter.detach().clone()
                break


def save_xtuner(checkpoint, model):
    """Text model as PyTorch's file, tower and projector in folders of their own."""
    text = {f"model.{name}": value for name, value in named(model, language_model="")}
    text["lm_head.weight"] = model.lm_head.weight.detach().clone()
    torch.save(text, checkpoint / "pytorch_model.bin")
    model.config.text_config.save_pretrained(checkpoint)
    tower = CLIPVisionModel(model.config.vision_config)
    tower.load_state_dict(model.model.vision_tower.state_dict())
    tower.save_pretrained(checkpoint / "visual_encoder")
    projector = empty(checkpoint / "projector")
    names = {"linear_1": "model.0", "linear_2": "model.2"}
    save_file({f"{names[name.split('.')[0]]}.{name.split('.')[1]}": value
               for name, value in named(model, multi_modal_projector="")},
              projector / "model.safetensors")
    write_json(projector / "config.json", dict(
        model_type="projector", depth=2, hidden_act="gelu", bias=True))


def save_original(checkpoint, model):
    tensors = {f"model.{name}": value for name, value in named(model, language_model="")}
    tensors["lm_head.weight"] = model.lm_head.weight.detach().clone()
    for name, value in named(model, vision_tower=""):
        name = name.removeprefix("vision_model.")
        tensors[f"model.vision_tower.vision_tower.vision_model.{name}"] = value
    for name, value in named(model, multi_modal_projector=""):
        tensors["model.mm_projector." + name.replace("linear_1", "0").replace("linear_2", "2")] = value
    save_file(tensors, checkpoint / "model.safetensors")
    config = model.config.text_config.to_dict() | dict(
        model_type="llava_llama", architectures=["LlavaLlamaForCausalLM"],
        mm_vision_tower="openai/clip-vit-large-patch14-336", mm_projector_type="mlp2x_gelu",
        mm_vision_select_layer=-2, mm_vision_select_feature="patch", image_aspect_ratio="pad")
    write_json(checkpoint / "config.json", config)


def write_llava(folder, name, rng):
    tower = CLIPVisionConfig(**(ORIGINAL_TOWER if name == "llava-original" else TOWER))
    config = LlavaConfig(vision_config=tower, text_config=TEXTS[name], vision_feature_layer=-2,
                         vision_feature_select_strategy="default",
                         tie_word_embeddings=TEXTS[name].tie_word_embeddings)
    config._attn_implementation = "eager"
    model = LlavaForConditionalGeneration(config).eval()
    randomize(model, rng)
    randomize_tower(model.model.vision_tower, rng)
    randomize_tower(model.model.multi_modal_projector, rng)
    model.tie_weights()
    checkpoint = empty(folder / name)
    byte_level_tokenizer(checkpoint)
    if name == "llava-xtuner":
        save_xtuner(checkpoint, model)
    elif name == "llava-original":
        save_original(checkpoint, model)
    else:
        model.save_pretrained(checkpoint)
        write_json(checkpoint / "preprocessor_config.json", dict(
            image_processor_type="CLIPImageProcessor", image_mean=[0.5, 0.25, 0.75],
            image_std=[0.25, 0.5, 0.125]))
    pixels = rng.normal(0, 1, (1, 3, tower.image_size, tower.image_size)).astype(np.float32)
    with torch.no_grad():
        rows = model.get_image_features(pixel_values=torch.tensor(pixels)).pooler_output[0]
    write_rows(folder / f"{name}.rows.gguf", pixels[0], rows.numpy())
    text_logits(folder, name, model, rng, 352)


def write_qwen3vl(folder, reference_converter, rng):
    config = Qwen3VLConfig(
        text_config=dict(
            hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=2,
            num_key_value_heads=1, head_dim=16, vocab_size=352, max_position_embeddings=256,
            rope_parameters=dict(rope_type="default", rope_theta=5e6, mrope_section=[4, 2, 2])),
        vision_config=dict(
            depth=3, hidden_size=32, intermediate_size=48, num_heads=2, patch_size=4,
            out_hidden_size=32, num_position_embeddings=16, deepstack_visual_indexes=[0, 1]),
        tie_word_embeddings=True)
    config.text_config.tie_word_embeddings = True
    config._attn_implementation = "eager"
    model = Qwen3VLForConditionalGeneration(config).eval()
    randomize(model, rng)
    model.tie_weights()
    checkpoint = empty(folder / "qwen3vl")
    byte_level_tokenizer(checkpoint)
    model.save_pretrained(checkpoint)
    write_json(checkpoint / "preprocessor_config.json", dict(
        image_mean=[0.5] * 3, image_std=[0.5] * 3, size=dict(shortest_edge=64, longest_edge=4096)))
    write_json(folder / "qwen3vl.reference.json", references(reference_converter, checkpoint))
    write_json(folder / "qwen3vl.mmproj.json", references(reference_converter, checkpoint, mmproj=True))
    text_logits(folder, "qwen3vl", model, rng, 352)


def eva_names(state):
    """BLIP-2's tower under the names of EVA's own file, in half precision."""
    names = {"layer_norm1": "norm1", "layer_norm2": "norm2", "self_attn.projection": "attn.proj",
             "self_attn.qkv": "attn.qkv", "mlp.fc1": "mlp.fc1", "mlp.fc2": "mlp.fc2"}
    for name, value in state.items():
        if name.startswith("embeddings."):
            name = {"class_embedding": "cls_token", "position_embedding": "pos_embed",
                    "patch_embedding.weight": "patch_embed.proj.weight",
                    "patch_embedding.bias": "patch_embed.proj.bias"}[name.removeprefix("embeddings.")]
            yield name, value.half()
        elif name.startswith("encoder.layers."):
            layer, leaf = name.removeprefix("encoder.layers.").split(".", 1)
            module, kind = leaf.rsplit(".", 1)
            if leaf == "self_attn.qkv.bias":
                q, _, v = value.half().chunk(3)
                yield f"blocks.{layer}.attn.q_bias", q.clone()
                yield f"blocks.{layer}.attn.v_bias", v.clone()
            else:
                yield f"blocks.{layer}.{names[module]}.{kind}", value.half()


def qformer_names(encoder):
    yield "query_tokens", encoder.query_tokens.detach()
    for kind in "weight", "bias":
        yield f"ln_vision.{kind}", getattr(encoder.vision.post_layernorm, kind).detach()
    for name, value in encoder.qformer.state_dict().items():
        if name.startswith("layernorm."):
            yield name.replace("layernorm.", "Qformer.bert.embeddings.LayerNorm."), value
        else:
            name = name.replace("attention.attention.", "attention.self.")
            yield "Qformer.bert." + name, value
    yield "t5_proj.weight", torch.zeros(8, 64)
    yield "t5_proj.bias", torch.zeros(8)
    yield "Qformer.bert.embeddings.position_ids", torch.arange(8)[None]


def write_minigpt4(folder, name, has_qformer, rng):
    tower = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=16,
                 image_size=16, patch_size=4, attn_implementation="eager")
    qformer = dict(hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=1,
                   encoder_hidden_size=32, attn_implementation="eager") if has_qformer else None
    encoder = minigpt4.Encoder(tower, qformer, 24).eval()
    encoder.randomize(rng)
    if not has_qformer:
        encoder.vision.post_layernorm.weight.data.fill_(1)
        encoder.vision.post_layernorm.bias.data.zero_()
    checkpoint = empty(folder / name)
    eva = dict(eva_names(encoder.vision.state_dict()))
    # The file has one block more than is run.
    eva |= {key.replace("blocks.1.", "blocks.2."): value + 1
            for key, value in eva.items() if key.startswith("blocks.1.")}
    torch.save(eva, checkpoint / "eva_vit_g.pth")
    if has_qformer:
        torch.save(dict(model=dict(qformer_names(encoder))), checkpoint / "blip2.pth",
                   _use_new_zipfile_serialization=False)
    projection = torch.optim.AdamW(encoder.llama_proj.parameters())
    encoder.llama_proj(torch.zeros(1, encoder.llama_proj.in_features)).sum().backward()
    projection.step()
    torch.save(dict(
        model={f"llama_proj.{key}": value for key, value in encoder.llama_proj.state_dict().items()},
        optimizer=projection.state_dict(), config=dict(run=dict(lr=3e-5, task="image_text")),
        scaler=dict(scale=65536.0), epoch=3), checkpoint / "checkpoint.pth")
    pixels = torch.tensor(rng.normal(0, 1, (1, 3, 16, 16)).astype(np.float32))
    with torch.no_grad():
        _, _, rows = encoder(pixels)
    write_rows(folder / f"{name}.rows.gguf", pixels[0].numpy(), rows.numpy())


def pack(values):
    """Columns of 4 bits, eight to an integer, in AutoAWQ's order."""
    packed = np.zeros((values.shape[0], values.shape[1] // 8), dtype=np.uint32)
    for nibble, column in enumerate(AWQ_ORDER):
        packed |= values[:, column::8].astype(np.uint32) << (4 * nibble)
    return torch.tensor(packed.view(np.int32))


def write_awq(folder, rng):
    config = Qwen2Config(**SMALL, vocab_size=352, tie_word_embeddings=True)
    config._attn_implementation = "eager"
    model = Qwen2ForCausalLM(config).eval()
    randomize(model, rng)
    packed = {}
    for name, module in model.named_modules():
        if not isinstance(module, torch.nn.Linear) or name == "lm_head":
            continue
        out, inputs = module.weight.shape
        weights = rng.integers(0, 16, (inputs, out))
        zeros = rng.integers(4, 12, (inputs // GROUP, out))
        scales = rng.uniform(0.01, 0.08, (inputs // GROUP, out)).astype(np.float16)
        spread = np.repeat(np.arange(inputs // GROUP), GROUP)
        values = (weights - zeros[spread]) * scales[spread].astype(np.float32)
        module.weight.data = torch.tensor(values.T.astype(np.float32)).contiguous()
        packed |= {f"{name}.qweight": pack(weights), f"{name}.qzeros": pack(zeros),
                   f"{name}.scales": torch.tensor(scales)}
    checkpoint = empty(folder / "awq")
    byte_level_tokenizer(checkpoint)
    model.config.quantization_config = dict(
        quant_method="awq", bits=4, group_size=GROUP, version="gemm", zero_point=True)
    text_logits(folder, "awq", model, rng, 352)
    model.config.save_pretrained(checkpoint)
    quantised = {name.rsplit(".", 1)[0] for name in packed}
    rest = {name: value.contiguous() for name, value in model.state_dict().items()
            if name != "lm_head.weight"
            and not (name.endswith(".weight") and name.rsplit(".", 1)[0] in quantised)}
    save_file(rest | packed, checkpoint / "model.safetensors")


def main():
    package, folder = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as unpacked:
        for seed, name in enumerate(TEXTS):
            write_llava(folder, name, np.random.default_rng(50_000 + seed))
        write_minigpt4(folder, "minigpt4-vicuna", True, np.random.default_rng(50_010))
        write_minigpt4(folder, "minigpt4-llama2", False, np.random.default_rng(50_011))
        write_awq(folder, np.random.default_rng(50_020))
        write_qwen3vl(folder, converter(package, Path(unpacked)), np.random.default_rng(50_030))


if __name__ == "__main__":
    main()
