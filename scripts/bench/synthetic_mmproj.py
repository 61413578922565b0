"""Writes an image encoder of full size with random weights, to measure speed without a download.

    python scripts/bench/synthetic_mmproj.py llava F16 mmproj-f16.gguf
    python scripts/bench/synthetic_mmproj.py minigpt4-vicuna Q8_0 mmproj-q8_0.gguf

llava: LLaVA-Phi3-mini, CLIP ViT-L/14 at 336 pixels, 23 blocks, projector to 3072.
minigpt4-vicuna: EVA-CLIP-g/14 at 224 pixels, 39 blocks, Q-Former of 12 blocks, linear layer to 4096.
minigpt4-llama2: the same tower without Q-Former, four patches to a row.
qwen3vl: Qwen3-VL-2B, patches of 16 pixels, 24 blocks, four mergers to 2048.
"""

import argparse
from functools import cache

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

MEAN = [0.48145466, 0.4578275, 0.40821073]
STD = [0.26862954, 0.26130258, 0.27577711]


def norm(name, width):
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def linear(name, rows, columns):
    yield f"{name}.weight", (rows, columns)
    yield f"{name}.bias", (rows,)


def tower(image, patch, width):
    yield "v.class_embd", (width,)
    yield "v.patch_embd.weight", (width, 3, patch, patch)
    yield "v.position_embd.weight", ((image // patch) ** 2 + 1, width)


def block(prefix, width, inner, attention):
    yield from norm(prefix + "ln1", width)
    for name, rows in attention.items():
        yield from linear(prefix + name, rows, width)
    yield from norm(prefix + "ln2", width)
    yield from linear(prefix + "ffn_up", inner, width)
    yield from linear(prefix + "ffn_down", width, inner)


def llava():
    """Name and shape of each tensor, extents in the order of numpy."""
    yield from tower(336, 14, 1024)
    yield from norm("v.pre_ln", 1024)
    attention = {f"attn_{name}": 1024 for name in ("q", "k", "v", "out")}
    for number in range(23):
        yield from block(f"v.blk.{number}.", 1024, 4096, attention)
    yield from linear("mm.0", 3072, 1024)
    yield from linear("mm.2", 3072, 3072)


def eva():
    yield from tower(224, 14, 1408)
    yield "v.patch_embd.bias", (1408,)
    for number in range(39):
        yield from block(f"v.blk.{number}.", 1408, 6144, {"attn_qkv": 3 * 1408, "attn_out": 1408})
    yield from norm("v.post_ln", 1408)


def minigpt4_vicuna():
    yield from eva()
    yield "v.proj_query", (32, 768)
    yield from norm("v.proj_norm", 768)
    for number in range(12):
        prefix = f"v.proj_blk.{number}."
        contexts = {"self_attn": 768} | ({"cross_attn": 1408} if number % 2 == 0 else {})
        for name, context in contexts.items():
            for leaf, columns in (("q", 768), ("k", context), ("v", context), ("out", 768)):
                yield from linear(f"{prefix}{name}_{leaf}", 768, columns)
            yield from norm(f"{prefix}{name}_norm", 768)
        yield from linear(prefix + "ffn_up", 3072, 768)
        yield from linear(prefix + "ffn_down", 768, 3072)
        yield from norm(prefix + "ffn_norm", 768)
    yield from linear("v.proj_linear", 4096, 768)


def minigpt4_llama2():
    yield from eva()
    yield from linear("v.proj_linear", 4096, 4 * 1408)


def qwen3vl():
    for name in "v.patch_embd.weight", "v.patch_embd.weight.1":
        yield name, (1024, 3, 16, 16)
    yield "v.patch_embd.bias", (1024,)
    yield "v.position_embd.weight", (48 * 48, 1024)
    for number in range(24):
        yield from block(f"v.blk.{number}.", 1024, 4096, {"attn_qkv": 3 * 1024, "attn_out": 1024})
    for number in QWEN3VL_DEEPSTACK:
        prefix = f"v.deepstack.{number}."
        yield from norm(prefix + "norm", 4 * 1024)
        yield from linear(prefix + "fc1", 4 * 1024, 4 * 1024)
        yield from linear(prefix + "fc2", 2048, 4 * 1024)
    yield from norm("v.post_ln", 1024)
    yield from linear("mm.0", 4 * 1024, 4 * 1024)
    yield from linear("mm.2", 2048, 4 * 1024)


CLIP = {"image_size": 336, "patch_size": 14, "embedding_length": 1024, "feed_forward_length": 4096,
        "block_count": 23, "projection_dim": 768, "attention.head_count": 16,
        "attention.layer_norm_epsilon": 1e-5}
EVA = {"image_size": 224, "patch_size": 14, "embedding_length": 1408, "feed_forward_length": 6144,
       "block_count": 39, "projection_dim": 4096, "attention.head_count": 16,
       "attention.layer_norm_epsilon": 1e-6, "post_norm_epsilon": 1e-5}
QFORMER = {"qformer.block_count": 12, "qformer.embedding_length": 768,
           "qformer.feed_forward_length": 3072, "qformer.query_count": 32,
           "qformer.cross_attention_interval": 2, "qformer.attention.head_count": 12,
           "qformer.attention.layer_norm_epsilon": 1e-12}
QWEN3VL = {"image_size": 768, "patch_size": 16, "embedding_length": 1024,
           "feed_forward_length": 4096, "block_count": 24, "projection_dim": 2048,
           "attention.head_count": 16, "attention.layer_norm_epsilon": 1e-6,
           "spatial_merge_size": 2}
QWEN3VL_DEEPSTACK = 5, 11, 17

# name: (projector type, tensors, whether GELU is not the quick one, hyper-parameters)
MODELS = {
    "llava": ("mlp", llava, False, CLIP),
    "minigpt4-vicuna": ("minigpt4_qformer", minigpt4_vicuna, True, EVA | QFORMER),
    "minigpt4-llama2": ("minigpt4_linear", minigpt4_llama2, True,
                        EVA | {"projector.stack_factor": 4}),
    "qwen3vl": ("qwen3vl_merger", qwen3vl, True, QWEN3VL),
}

# What no product reads, which converters leave in F32.
NEVER_QUANTISED = "v.position_embd.weight", "v.proj_query"


@cache
def random(shape, stored):
    """Blocks share their values, as drawing and quantising takes long; speed does not notice."""
    scale = 1 / np.sqrt(np.prod(shape[1:])) if len(shape) > 1 else 0.1
    values = np.random.default_rng(1).standard_normal(shape, dtype=np.float32) * np.float32(scale)
    if stored == Type.F32:
        return values
    return values.astype(np.float16) if stored == Type.F16 else gguf.quantize(values, stored)


def add_tensor(writer, name, shape, matrices):
    if len(shape) == 1:
        is_norm = ".ln" in name or "_ln" in name or "norm" in name
        values = np.full(shape, name.endswith("weight"), dtype=np.float32)
        writer.add_tensor(name, values if is_norm else random(shape, Type.F32))
    elif len(shape) == 2 and name not in NEVER_QUANTISED:
        writer.add_tensor(name, random(shape, matrices), raw_dtype=matrices)
    else:
        writer.add_tensor(name, random(shape, Type.F32 if name in NEVER_QUANTISED else Type.F16))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("type", choices=["F16", "Q8_0"])
    parser.add_argument("path")
    arguments = parser.parse_args()
    projector, tensors, gelu, parameters = MODELS[arguments.model]
    writer = gguf.GGUFWriter(arguments.path, "clip")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", projector)
    writer.add_bool("clip.use_gelu", gelu)
    for key, value in parameters.items():
        add = writer.add_float32 if isinstance(value, float) else writer.add_uint32
        add(f"clip.vision.{key}", value)
    qwen = arguments.model == "qwen3vl"
    writer.add_array("clip.vision.image_mean", [0.5] * 3 if qwen else MEAN)
    writer.add_array("clip.vision.image_std", [0.5] * 3 if qwen else STD)
    if qwen:
        writer.add_array("clip.vision.is_deepstack_layers", [i in QWEN3VL_DEEPSTACK for i in range(24)])
    for name, shape in tensors():
        add_tensor(writer, name, shape, Type[arguments.type])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
