"""Golden values of tiny random Qwen3-VL models: what transformers computes, for several tests to compare.

Under FOLDER writes

    models/NAME.gguf, NAME.logits.gguf    text models with the logits of a text (ModelContract)
    vision/NAME.gguf                      vision towers
    vision/NAME-PICTURE.rows.gguf         the pixel tensor of a picture and the rows made of it
    multimodal/PICTURE.png                pictures
    multimodal/NAME-CASE.gguf             prompts with pictures: ids, rotary positions, logits, greedy tokens

    python scripts/golden/qwen3vl.py runtime/src/test/resources/golden
"""

import math
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from PIL import Image
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from hf_gguf import gguf_name

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
           "<|video_pad|>"]
ID = {name: 256 + 1 + i for i, name in enumerate(SPECIAL)}  # after the bytes and one merged token
VOCABULARY = 320  # padded, as the published models are
LEAST_PIXELS, MOST_PIXELS = 256, 3840

# The structure of the published template: content is a string or a list of parts, whose pictures become one
# placeholder between two marks; no system turn unless given; tools are left out.
TEMPLATE = """\
{%- macro show(content) -%}
    {%- if content is string -%}
        {{- content -}}
    {%- else -%}
        {%- for part in content -%}
            {%- if part.type == 'image' or 'image' in part or 'image_url' in part -%}
                {{- '<|vision_start|><|image_pad|><|vision_end|>' -}}
            {%- elif 'text' in part -%}
                {{- part.text -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
{%- for message in messages -%}
    {{- '<|im_start|>' + message.role + '\\n' -}}
    {{- show(message.content) -}}
    {{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""


def text_config(**changes):
    return dict(vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=3,
                num_attention_heads=2, num_key_value_heads=1, head_dim=128, max_position_embeddings=512,
                rms_norm_eps=1e-6, pad_token_id=0,
                rope_parameters=dict(rope_type="default", rope_theta=50.0, mrope_interleaved=True,
                                     mrope_section=[24, 20, 20])) | changes


def vision_config(**changes):
    return dict(depth=4, hidden_size=32, intermediate_size=64, num_heads=2, patch_size=4, spatial_merge_size=2,
                temporal_patch_size=2, out_hidden_size=32, num_position_embeddings=36,
                deepstack_visual_indexes=[1, 2]) | changes


# name: (text, tower, tied embeddings, stored matrices, pictures of the tower alone)
CONFIGURATIONS = {
    # The proportions of the published model: heads of 128 values in sections of 24, 20 and 20 pairs.
    "qwen3vl": (text_config(), vision_config(), False, np.float16,
                ["square", "wide", "tall", "tiny", "huge", "large"]),
    # Other sections; a tower without deepstack, whose table of positions fits the picture as it is.
    "qwen3vl-tied": (
        text_config(head_dim=16, num_attention_heads=4, num_key_value_heads=2, num_hidden_layers=2,
                    rope_parameters=dict(rope_type="default", rope_theta=1e4, mrope_interleaved=True,
                                         mrope_section=[4, 2, 2])),
        vision_config(depth=2, hidden_size=64, intermediate_size=32, num_heads=1, deepstack_visual_indexes=[]),
        True, np.float32, ["square"]),
}

# Width and height. With patches of 4 pixels and blocks of 2: 24 x 24 is 3 x 3 tokens.
PICTURES = {"square": (24, 24), "wide": (90, 14), "tall": (11, 61), "tiny": (1, 1), "small": (17, 21),
            "huge": (900, 700), "large": (136, 128)}

# Prompts: a turn is a role and its parts, a text or the name of a picture.
CASES = {
    "text": [("user", ["Why is the sky blue?"])],
    "square": [("user", [("square",), "What is this?"])],
    "wide": [("user", [("wide",), "What is this?"])],
    "tall": [("user", [("tall",), "What is this?"])],
    "tiny": [("user", [("tiny",), "What is this?"])],
    "huge": [("user", [("huge",), "What is this?"])],
    "several": [("user", [("square",), ("wide",), "Which one is larger?"])],
    "between": [("system", ["Be brief."]),
                ("user", ["First ", ("tall",), " then ", ("small",), " and ", ("tall",), ": compare them."]),
                ("assistant", ["They differ."]),
                ("user", ["And ", ("wide",), "?"])],
}
GREEDY = 12


def picture(name):
    """Slopes and edges in few colours, so that the file is small."""
    width, height = PICTURES[name]
    y, x = np.mgrid[0:height, 0:width]
    u, v = x / max(width - 1, 1), y / max(height - 1, 1)
    rgb = np.stack([255 * u, 255 * v, 255 * (1 - u) * v], -1)
    rgb = 32 * np.round(rgb / 32)
    rgb[(u - 0.6) ** 2 + (v - 0.4) ** 2 < 0.06] = (250, 20, 60)
    rgb[(np.abs(u - 0.2) < 0.1) & (np.abs(v - 0.7) < 0.2)] = (10, 240, 230)
    rgb = rgb + [len(name), 0, 3 * len(name)]
    return Image.fromarray(np.clip(rgb, 0, 255).astype(np.uint8))


def processor(tower, most=MOST_PIXELS):
    return Qwen2VLImageProcessorPil(
        size=dict(shortest_edge=LEAST_PIXELS, longest_edge=most), patch_size=tower["patch_size"],
        temporal_patch_size=2, merge_size=2, image_mean=[0.5] * 3, image_std=[0.5] * 3)


def planes(patches, grid, size):
    """Puts the patches of one picture back in place."""
    _, rows, columns = grid
    cut = patches.reshape(rows // 2, columns // 2, 2, 2, 3, 2, size, size)
    assert (cut[:, :, :, :, :, 0] == cut[:, :, :, :, :, 1]).all()
    return cut[:, :, :, :, :, 0].transpose(4, 0, 2, 5, 1, 3, 6).reshape(3, rows * size, columns * size)


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
    if not model.config.tie_word_embeddings:
        model.lm_head.weight.data[256:] = 0  # answers of bytes alone
    model.tie_weights()


# Files.


def new_writer(path, architecture):
    path.parent.mkdir(parents=True, exist_ok=True)
    return gguf.GGUFWriter(path, architecture)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def golden_writer(path):
    writer = new_writer(path, "golden")
    writer.add_string("golden.source", f"transformers {transformers.__version__}, "
                                       f"torch {torch.__version__}, float32, eager attention")
    return writer


def byte_alphabet():
    """GPT-2's printable characters of the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b if b in printable else 256 + others.index(b)) for b in range(256)]


def add_vocabulary(writer):
    unused = [f"[PAD{i}]" for i in range(257 + len(SPECIAL), VOCABULARY)]
    kinds = gguf.TokenType
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(byte_alphabet() + ["zz"] + SPECIAL + unused)
    writer.add_token_types([kinds.NORMAL] * 257 + [kinds.CONTROL] * len(SPECIAL) + [kinds.UNUSED] * len(unused))
    writer.add_token_merges(["z z"])
    writer.add_eos_token_id(ID["<|im_end|>"])
    writer.add_pad_token_id(ID["<|endoftext|>"])
    writer.add_chat_template(TEMPLATE)


def write_text_model(path, model, tied, matrices):
    config = model.config.text_config
    writer = new_writer(path, "qwen3vl")
    add_vocabulary(writer)
    writer.add_vocab_size(config.vocab_size)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_sections([*config.rope_parameters["mrope_section"], 0])
    writer.add_num_deepstack_layers(len(model.config.vision_config.deepstack_visual_indexes))
    for name, parameter in model.named_parameters():
        name = name.replace("model.language_model.", "model.")
        if "visual" in name or (tied and name == "lm_head.weight"):
            continue
        values = parameter.detach().numpy()
        writer.add_tensor(gguf_name(name, "qwen3vl"), values.astype(matrices) if values.ndim == 2 else values)
    close(writer)


TOWER_NAMES = {
    "patch_embed.proj": "v.patch_embd",
    "pos_embed": "v.position_embd",
    "merger.norm": "v.post_ln",
    "merger.linear_fc1": "mm.0",
    "merger.linear_fc2": "mm.2",
}

BLOCK_NAMES = {
    "norm1": "ln1",
    "norm2": "ln2",
    "attn.qkv": "attn_qkv",
    "attn.proj": "attn_out",
    "mlp.linear_fc1": "ffn_up",
    "mlp.linear_fc2": "ffn_down",
}


def tower_tensors(model):
    """Name and values of each tensor as llama.cpp's converter stores it."""
    indexes = model.config.vision_config.deepstack_visual_indexes
    for name, parameter in model.model.visual.named_parameters():
        values = parameter.detach().numpy()
        module, kind = name.rsplit(".", 1)
        if name == "patch_embed.proj.weight":
            yield "v.patch_embd.weight", np.ascontiguousarray(values[:, :, 0])
            yield "v.patch_embd.weight.1", np.ascontiguousarray(values[:, :, 1])
        elif module in TOWER_NAMES:
            yield f"{TOWER_NAMES[module]}.{kind}", values
        elif module.startswith("deepstack_merger_list."):
            _, index, leaf = module.split(".")
            yield f"v.deepstack.{indexes[int(index)]}.{leaf.removeprefix('linear_')}.{kind}", values
        else:
            blocks, block, leaf = module.split(".", 2)
            assert blocks == "blocks", name
            yield f"v.blk.{block}.{BLOCK_NAMES[leaf]}.{kind}", values


def write_tower(path, model, matrices):
    config = model.config.vision_config
    writer = new_writer(path, "clip")
    writer.add_string("general.type", "mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "qwen3vl_merger")
    writer.add_bool("clip.use_gelu", True)
    for key, value in dict(
            image_size=math.isqrt(config.num_position_embeddings) * config.patch_size,
            patch_size=config.patch_size, embedding_length=config.hidden_size,
            feed_forward_length=config.intermediate_size, block_count=config.depth,
            projection_dim=config.out_hidden_size, spatial_merge_size=config.spatial_merge_size,
            image_min_pixels=LEAST_PIXELS, image_max_pixels=MOST_PIXELS).items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_uint32("clip.vision.attention.head_count", config.num_heads)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.is_deepstack_layers",
                     [block in config.deepstack_visual_indexes for block in range(config.depth)])
    writer.add_array("clip.vision.image_mean", [0.5] * 3)
    writer.add_array("clip.vision.image_std", [0.5] * 3)
    for name, values in tower_tensors(model):
        writer.add_tensor(name, values.astype(matrices) if values.ndim > 1 else values)
    close(writer)


# What the reference computes.


def write_logits(path, model, rng):
    tokens = rng.integers(0, VOCABULARY, 24)
    with torch.no_grad():
        logits = model(torch.tensor(tokens)[None]).logits[0].numpy()
    writer = golden_writer(path)
    writer.add_array("golden.tokens", [int(token) for token in tokens])
    writer.add_uint32("golden.context_length", len(tokens))
    writer.add_tensor("logits", logits)
    close(writer)


def write_rows(folder, name, model, tower, shape):
    # The large picture is taken as it is, and its pixels are in its file alone.
    large = shape == "large"
    taken = processor(tower, math.prod(PICTURES[shape])) if large else processor(tower)
    processed = taken(picture(shape), return_tensors="pt")
    pixels, grid = processed["pixel_values"], processed["image_grid_thw"]
    with torch.no_grad():
        out = model.model.get_image_features(pixels, grid)
    writer = golden_writer(folder / f"{name}-{shape}.rows.gguf")
    writer.add_string("golden.encoder", f"{name}.gguf")
    writer.add_string("golden.picture", f"{shape}.png")
    writer.add_array("golden.grid", [int(grid[0, 1]) // 2, int(grid[0, 2]) // 2])
    if not large:
        writer.add_tensor("pixels", np.ascontiguousarray(
            planes(pixels.numpy(), grid[0].tolist(), tower["patch_size"])))
    writer.add_tensor("rows", out.pooler_output[0].numpy())
    for i, features in enumerate(out.deepstack_features):
        writer.add_tensor(f"deepstack.{i}", features[0].numpy())
    close(writer)
    print(f"{name}-{shape}: grid {grid[0].tolist()}, rows deviate by {out.pooler_output[0].std():.2f}")


def prompt(turns, grids):
    """Ids, with every placeholder repeated as often as its picture has tokens."""
    ids = []
    grids = iter(grids)
    for role, parts in turns:
        ids += [ID["<|im_start|>"], *role.encode(), *b"\n"]
        for part in parts:
            if isinstance(part, str):
                ids += part.encode()
            else:
                tokens = int(next(grids).prod()) // 4
                ids += [ID["<|vision_start|>"], *[ID["<|image_pad|>"]] * tokens, ID["<|vision_end|>"]]
        ids += [ID["<|im_end|>"], *b"\n"]
    ids += [ID["<|im_start|>"], *b"assistant\n"]
    return ids


def parts(turns):
    """Number of the turn, role, kind, and text or file, of every part."""
    for number, (role, contents) in enumerate(turns):
        for part in contents:
            kind, value = ("text", part) if isinstance(part, str) else ("image", f"{part[0]}.png")
            yield f"{number}|{role}|{kind}|{value}"


def write_case(path, model, tower, turns):
    shapes = [part[0] for _, parts in turns for part in parts if not isinstance(part, str)]
    inputs = {}
    grids = []
    if shapes:
        processed = processor(tower)([picture(shape) for shape in shapes], return_tensors="pt")
        inputs = dict(pixel_values=processed["pixel_values"], image_grid_thw=processed["image_grid_thw"])
        grids = processed["image_grid_thw"]
    ids = prompt(turns, grids)
    tokens = torch.tensor(ids)[None]
    kinds = (tokens == ID["<|image_pad|>"]).int()
    positions, _ = model.model.get_rope_index(tokens, kinds, inputs.get("image_grid_thw"))
    with torch.no_grad():
        logits = model(tokens, mm_token_type_ids=kinds, **inputs).logits[0].numpy()
        # No end token, so that there is something to compare; the processor's kinds of tokens go along.
        greedy = model.generate(tokens, attention_mask=torch.ones_like(tokens), mm_token_type_ids=kinds,
                                do_sample=False, max_new_tokens=GREEDY, eos_token_id=None, **inputs)
    greedy = greedy[0, len(ids):].tolist()
    assert len(greedy) == GREEDY and greedy[0] == logits[-1].argmax()
    assert max(greedy) < 256, greedy
    best = np.sort(logits[-1])
    writer = golden_writer(path)
    writer.add_array("golden.parts", list(parts(turns)))
    writer.add_array("golden.prompt", ids)
    writer.add_uint32("golden.image_token", ID["<|image_pad|>"])
    if shapes:
        writer.add_array("golden.pictures", [f"{shape}.png" for shape in shapes])
        writer.add_array("golden.grids", [int(side) // 2 for grid in grids for side in grid[1:]])
    for axis, values in zip(("time", "row", "column"), positions[:, 0].tolist()):
        writer.add_array(f"golden.positions.{axis}", values)
    writer.add_array("golden.greedy", greedy)
    # Of long prompts the last rows, which depend on all.
    kept = logits if len(ids) < 70 else logits[-24:]
    writer.add_tensor("logits", np.ascontiguousarray(kept))
    close(writer)
    print(f"{path.stem}: {len(ids)} tokens, greedy {greedy}, lead {best[-1] - best[-2]:.2f}")


def main():
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    for seed, (name, (text, tower, tied, matrices, shapes)) in enumerate(CONFIGURATIONS.items()):
        rng = np.random.default_rng(40_000 + seed)
        config = Qwen3VLConfig(
            text_config=text, vision_config=tower, tie_word_embeddings=tied,
            image_token_id=ID["<|image_pad|>"], video_token_id=ID["<|video_pad|>"],
            vision_start_token_id=ID["<|vision_start|>"], vision_end_token_id=ID["<|vision_end|>"])
        config._attn_implementation = "eager"
        model = Qwen3VLForConditionalGeneration(config).eval()
        randomize(model, rng)
        write_text_model(folder / "models" / f"{name}.gguf", model, tied, matrices)
        write_logits(folder / "models" / f"{name}.logits.gguf", model, rng)
        write_tower(folder / "vision" / f"{name}.gguf", model, matrices)
        for shape in shapes:
            write_rows(folder / "vision", name, model, tower, shape)
        if name == "qwen3vl":
            for case, turns in CASES.items():
                write_case(folder / "multimodal" / f"{name}-{case}.gguf", model, tower, turns)
    for name in PICTURES:
        picture(name).save(folder / "multimodal" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
