"""Writes an image encoder of full size with random weights, to measure speed without a download.

The shapes are those of LLaVA-Phi3-mini: CLIP ViT-L/14 at 336 pixels, 23 blocks, projector to 3072.

    python scripts/bench/synthetic_mmproj.py F16 mmproj-f16.gguf
    python scripts/bench/synthetic_mmproj.py Q8_0 mmproj-q8_0.gguf
"""

import argparse

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

IMAGE, PATCH, WIDTH, INNER, BLOCKS, HEADS, OUTPUT = 336, 14, 1024, 4096, 23, 16, 3072


def shapes():
    """Name and shape of each tensor, extents in the order of numpy."""
    yield "v.class_embd", (WIDTH,)
    yield "v.patch_embd.weight", (WIDTH, 3, PATCH, PATCH)
    yield "v.position_embd.weight", ((IMAGE // PATCH) ** 2 + 1, WIDTH)
    yield from norm("v.pre_ln")
    for block in range(BLOCKS):
        prefix = f"v.blk.{block}."
        yield from norm(prefix + "ln1")
        for name in "attn_q", "attn_k", "attn_v", "attn_out":
            yield from linear(prefix + name, WIDTH, WIDTH)
        yield from norm(prefix + "ln2")
        yield from linear(prefix + "ffn_up", INNER, WIDTH)
        yield from linear(prefix + "ffn_down", WIDTH, INNER)
    yield from linear("mm.0", OUTPUT, WIDTH)
    yield from linear("mm.2", OUTPUT, OUTPUT)


def norm(name):
    yield f"{name}.weight", (WIDTH,)
    yield f"{name}.bias", (WIDTH,)


def linear(name, rows, columns):
    yield f"{name}.weight", (rows, columns)
    yield f"{name}.bias", (rows,)


def values(name, shape, rng):
    if ".ln" in name or "pre_ln" in name:
        return np.full(shape, name.endswith("weight"), dtype=np.float32)
    scale = 1 / np.sqrt(np.prod(shape[1:])) if len(shape) > 1 else 0.1
    return rng.standard_normal(shape, dtype=np.float32) * np.float32(scale)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("type", choices=["F16", "Q8_0"])
    parser.add_argument("path")
    arguments = parser.parse_args()
    matrices = Type[arguments.type]
    rng = np.random.default_rng(1)
    writer = gguf.GGUFWriter(arguments.path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_bool("clip.has_text_encoder", False)
    writer.add_bool("clip.has_llava_projector", True)
    writer.add_string("clip.projector_type", "mlp")
    writer.add_bool("clip.use_gelu", False)
    for key, value in dict(image_size=IMAGE, patch_size=PATCH, embedding_length=WIDTH,
                           feed_forward_length=INNER, projection_dim=768,
                           block_count=BLOCKS).items():
        writer.add_uint32(f"clip.vision.{key}", value)
    writer.add_uint32("clip.vision.attention.head_count", HEADS)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    writer.add_array("clip.vision.image_mean", [0.48145466, 0.4578275, 0.40821073])
    writer.add_array("clip.vision.image_std", [0.26862954, 0.26130258, 0.27577711])
    for name, shape in shapes():
        data = values(name, shape, rng)
        if len(shape) == 1:
            writer.add_tensor(name, data)
        elif len(shape) == 2 and matrices == Type.Q8_0 and name != "v.position_embd.weight":
            writer.add_tensor(name, gguf.quantize(data, matrices), raw_dtype=matrices)
        else:
            writer.add_tensor(name, data.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
