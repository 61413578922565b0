"""Writes a text model of Phi-3-mini's shape with random weights, to measure speed without a download.

Matrices are Q4_K, that of the logits Q6_K: blocks of random bits with scales that keep activations in
bounds. The vocabulary is copied from a file that has only that, such as models/ggml-vocab-phi-3.gguf
of llama.cpp's sources.

    python scripts/bench/synthetic_phi3.py ggml-vocab-phi-3.gguf phi3-q4_k.gguf
"""

import argparse
import math

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

WIDTH, INNER, BLOCKS, HEADS, CONTEXT, VOCABULARY = 3072, 8192, 32, 32, 4096, 32064
BLOCK = 256


def matrices():
    """Name, rows, columns and type of each matrix."""
    yield "token_embd.weight", VOCABULARY, WIDTH, Type.Q4_K
    for block in range(BLOCKS):
        prefix = f"blk.{block}."
        yield prefix + "attn_qkv.weight", 3 * WIDTH, WIDTH, Type.Q4_K
        yield prefix + "attn_output.weight", WIDTH, WIDTH, Type.Q4_K
        yield prefix + "ffn_up.weight", 2 * INNER, WIDTH, Type.Q4_K
        yield prefix + "ffn_down.weight", WIDTH, INNER, Type.Q4_K
    yield "output.weight", VOCABULARY, WIDTH, Type.Q6_K


def blocks(rows, columns, kind, rng):
    """Quantised rows whose values have mean 0 and standard deviation 1/sqrt(columns)."""
    count = rows * columns // BLOCK
    if kind == Type.Q4_K:
        # All eight scales and minima are 32, so a value is 32 d (q - 7.5), q from 0 to 15.
        d = 1 / (32 * math.sqrt(255 / 12) * math.sqrt(columns))
        head = np.array([d, 7.5 * d], dtype=np.float16).tobytes() + bytes([160] * 8 + [0] * 4)
        parts = [np.tile(np.frombuffer(head, np.uint8), (count, 1)), random_bytes(rng, count, 128)]
    else:
        # All sixteen scales are 16, so a value is 16 d (q - 32), q from 0 to 63.
        d = 1 / (16 * math.sqrt(4095 / 12) * math.sqrt(columns))
        tail = bytes([16] * 16) + np.array([d], dtype=np.float16).tobytes()
        parts = [random_bytes(rng, count, 192), np.tile(np.frombuffer(tail, np.uint8), (count, 1))]
    return np.concatenate(parts, axis=1).reshape(rows, -1)


def random_bytes(rng, rows, columns):
    return np.frombuffer(rng.bytes(rows * columns), np.uint8).reshape(rows, columns)


def copy_vocabulary(path, writer):
    for key, field in gguf.GGUFReader(path).fields.items():
        if key.startswith("tokenizer."):
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(key, field.contents(), kind, inner)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("vocabulary")
    parser.add_argument("path")
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    writer = gguf.GGUFWriter(arguments.path, "phi3")
    writer.add_name("Synthetic Phi-3-mini")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_scaling_orig_ctx_len(CONTEXT)
    writer.add_sliding_window(2047)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_K_S)
    copy_vocabulary(arguments.vocabulary, writer)
    for name, rows, columns, kind in matrices():
        writer.add_tensor(name, blocks(rows, columns, kind, rng), raw_dtype=kind)
    norms = [f"blk.{block}.{name}" for block in range(BLOCKS) for name in ("attn_norm", "ffn_norm")]
    for name in norms + ["output_norm"]:
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
