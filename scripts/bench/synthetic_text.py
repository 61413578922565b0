"""Writes the text model of Qwen3-VL-2B in full size with random weights, to measure speed without a download.

Formats are those of a Q4_K_M file: matrices Q4_K, with Q6_K for the embeddings, V and down projections; or all
Q8_0. The bytes of quantised blocks are random but for their scales. The vocabulary is the 256 bytes, the tokens
of the chat template and names without meaning.

    python scripts/bench/synthetic_text.py Q4_K qwen3vl-2b-q4_k.gguf
"""

import argparse
from pathlib import Path
import sys

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

sys.path.insert(0, str(Path(__file__).parents[1] / "golden"))
from qwen3vl import SPECIAL, TEMPLATE, byte_alphabet  # noqa: E402

LAYERS, WIDTH, HEADS, HEADS_KV, HEAD, INNER, VOCABULARY = 28, 2048, 16, 8, 128, 6144, 151936

# Type: bytes and values of a block, and where its f16 scales stand, with their size for values near 1/sqrt(width).
BLOCKS = {
    Type.Q4_K: (144, 256, {0: 1e-4, 2: 8e-4}),
    Type.Q6_K: (210, 256, {208: 1.5e-5}),
    Type.Q8_0: (34, 32, {0: 3e-4}),
}


def matrices():
    """Name, rows, columns, and whether the mixture keeps it finer."""
    yield "token_embd.weight", VOCABULARY, WIDTH, True
    for layer in range(LAYERS):
        blk = f"blk.{layer}."
        yield blk + "attn_q.weight", HEADS * HEAD, WIDTH, False
        yield blk + "attn_k.weight", HEADS_KV * HEAD, WIDTH, False
        yield blk + "attn_v.weight", HEADS_KV * HEAD, WIDTH, True
        yield blk + "attn_output.weight", WIDTH, HEADS * HEAD, False
        yield blk + "ffn_gate.weight", INNER, WIDTH, False
        yield blk + "ffn_up.weight", INNER, WIDTH, False
        yield blk + "ffn_down.weight", WIDTH, INNER, layer % 2 == 0


def random_blocks(kind, rows, columns, rng):
    size, values, scales = BLOCKS[kind]
    data = rng.integers(0, 256, (rows * columns // values, size), dtype=np.uint8)
    for offset, scale in scales.items():
        data[:, offset:offset + 2] = np.frombuffer(np.float16(scale).tobytes(), dtype=np.uint8)
    return data.reshape(rows, columns // values * size)


def add_metadata(writer):
    unused = [f"[{i}]" for i in range(257 + len(SPECIAL), VOCABULARY)]
    kinds = gguf.TokenType
    writer.add_context_length(262144)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(5e6)
    writer.add_rope_dimension_sections([24, 20, 20, 0])
    writer.add_num_deepstack_layers(3)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(byte_alphabet() + ["zz"] + SPECIAL + unused)
    writer.add_token_types([kinds.NORMAL] * 257 + [kinds.CONTROL] * len(SPECIAL) + [kinds.NORMAL] * len(unused))
    writer.add_token_merges(["z z"])
    writer.add_eos_token_id(257 + SPECIAL.index("<|im_end|>"))
    writer.add_chat_template(TEMPLATE)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("type", choices=["Q4_K", "Q8_0"])
    parser.add_argument("path")
    arguments = parser.parse_args()
    coarse = Type[arguments.type]
    fine = Type.Q6_K if coarse == Type.Q4_K else coarse
    rng = np.random.default_rng(1)
    writer = gguf.GGUFWriter(arguments.path, "qwen3vl", use_temp_file=True)
    add_metadata(writer)
    for name, rows, columns, finer in matrices():
        kind = fine if finer else coarse
        writer.add_tensor(name, random_blocks(kind, rows, columns, rng), raw_dtype=kind)
    for layer in range(LAYERS):
        for name, length in (("attn_norm", WIDTH), ("ffn_norm", WIDTH), ("attn_q_norm", HEAD), ("attn_k_norm", HEAD)):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(length, dtype=np.float32))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
