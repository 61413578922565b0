"""Golden rows of tiny random LLaVA encoders: what transformers computes, for ClipLlavaTest to compare.

For each configuration writes NAME.gguf, vision tower and projector as a converter would store them,
and NAME.rows.gguf with pixels and the rows that the projector makes of them.

    python scripts/golden/clip.py runtime/src/test/resources/golden/vision
"""

import math
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from transformers import CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration

TEXT = dict(vocab_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=2)

# name: (vision tower, embedding length of the text model, feature layer, how the file is written)
CONFIGURATIONS = {
    # As the first converters wrote: names of the two feed-forward layers swapped, the last block
    # left out and not counted.
    "llava-legacy": (CLIPVisionConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=4, num_attention_heads=2,
        image_size=56, patch_size=14, hidden_act="quick_gelu"),
        64, -2, dict(swapped=True, stored=3, block_count=3, matrices=np.float32)),
    # Names as they are now, all blocks and the norm after them, the layer named; exact GELU, heads
    # that fill no register, and a feed-forward layer that is narrower than the embedding.
    "llava-feature-layer": (CLIPVisionConfig(
        hidden_size=96, intermediate_size=32, num_hidden_layers=3, num_attention_heads=4,
        image_size=28, patch_size=4, hidden_act="gelu"),
        32, -2, dict(stored=3, block_count=3, feature_layer=2, post_norm=True,
                     matrices=np.float16)),
}

GLOBAL_NAMES = {
    "embeddings.class_embedding": "v.class_embd",
    "embeddings.patch_embedding.weight": "v.patch_embd.weight",
    "embeddings.position_embedding.weight": "v.position_embd.weight",
    "pre_layrnorm": "v.pre_ln",
    "post_layernorm": "v.post_ln",
    "linear_1": "mm.0",
    "linear_2": "mm.2",
}

LAYER_NAMES = {
    "layer_norm1": "ln1",
    "layer_norm2": "ln2",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.out_proj": "attn_out",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
}

SWAPPED = {"ffn_up": "ffn_down", "ffn_down": "ffn_up"}


def randomize(model, rng):
    """Fills all parameters with multiples of 1/128, which every float format holds exactly."""
    for name, parameter in model.named_parameters():
        shape = tuple(parameter.shape)
        if "norm" in name and name.endswith("weight"):
            centre, deviation = 1, 0.25
        elif len(shape) == 1:
            centre, deviation = 0, 0.25
        else:
            centre, deviation = 0, 1.5 / math.sqrt(math.prod(shape[1:]))
        values = np.round(128 * rng.normal(centre, deviation, shape)) / 128
        parameter.data = torch.tensor(values, dtype=torch.float32)


def gguf_name(name, style):
    """The name of a parameter, or None where the file lacks it."""
    if name in GLOBAL_NAMES:
        return GLOBAL_NAMES[name]
    module, kind = name.rsplit(".", 1)
    if module == "post_layernorm" and not style.get("post_norm"):
        return None
    if module in GLOBAL_NAMES:
        return f"{GLOBAL_NAMES[module]}.{kind}"
    encoder, layers, layer, rest = module.split(".", 3)
    assert (encoder, layers) == ("encoder", "layers"), name
    if int(layer) >= style["stored"]:
        return None
    leaf = LAYER_NAMES[rest]
    if style.get("swapped"):
        leaf = SWAPPED.get(leaf, leaf)
    return f"v.blk.{layer}.{leaf}.{kind}"


def add_hyper_parameters(writer, config, style):
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.has_text_encoder", False)
    writer.add_bool("clip.has_llava_projector", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", config.hidden_act == "gelu")
    writer.add_uint32("clip.vision.image_size", config.image_size)
    writer.add_uint32("clip.vision.patch_size", config.patch_size)
    writer.add_uint32("clip.vision.embedding_length", config.hidden_size)
    writer.add_uint32("clip.vision.feed_forward_length", config.intermediate_size)
    writer.add_uint32("clip.vision.projection_dim", config.projection_dim)
    writer.add_uint32("clip.vision.attention.head_count", config.num_attention_heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", config.layer_norm_eps)
    writer.add_uint32("clip.vision.block_count", style["block_count"])
    if "feature_layer" in style:
        writer.add_array("clip.vision.feature_layer", [style["feature_layer"]])
    writer.add_array("clip.vision.image_mean", [0.48145466, 0.4578275, 0.40821073])
    writer.add_array("clip.vision.image_std", [0.26862954, 0.26130258, 0.27577711])


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_encoder(path, config, parameters, style):
    writer = gguf.GGUFWriter(path, "clip")
    add_hyper_parameters(writer, config, style)
    for name, values in parameters:
        stored = gguf_name(name, style)
        if stored:
            kind = style["matrices"] if values.ndim > 1 else np.float32
            writer.add_tensor(stored, values.astype(kind))
    close(writer)


def write_rows(path, pixels, rows):
    writer = gguf.GGUFWriter(path, "golden")
    writer.add_string("golden.source", f"transformers {transformers.__version__}, "
                                       f"torch {torch.__version__}, float32, eager attention")
    writer.add_tensor("pixels", pixels)
    writer.add_tensor("rows", rows)
    close(writer)


def parameters(model):
    """Those of vision tower and projector, named from where each begins."""
    for name, parameter in model.named_parameters():
        for part in "vision_tower.", "multi_modal_projector.":
            if part in name:
                leaf = name.split(part)[1].removeprefix("vision_model.")
                yield leaf, parameter.detach().numpy()


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for seed, (name, (tower, width, layer, style)) in enumerate(CONFIGURATIONS.items()):
        rng = np.random.default_rng(30_000 + seed)
        config = LlavaConfig(
            vision_config=tower, text_config=LlamaConfig(hidden_size=width, **TEXT),
            vision_feature_layer=layer, vision_feature_select_strategy="default")
        config._attn_implementation = "eager"
        model = LlavaForConditionalGeneration(config).eval()
        randomize(model, rng)
        shape = (1, 3, tower.image_size, tower.image_size)
        pixels = rng.normal(0, 1, shape).astype(np.float32)
        with torch.no_grad():
            features = model.get_image_features(pixel_values=torch.tensor(pixels))
        rows = features.pooler_output[0].numpy()
        write_encoder(folder / f"{name}.gguf", tower, parameters(model), style)
        write_rows(folder / f"{name}.rows.gguf", pixels[0], rows)
        print(f"{name}: rows {rows.shape} deviate by {rows.std():.2f}")


if __name__ == "__main__":
    main()
