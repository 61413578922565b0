#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/gguf/rows.csv with the Python package gguf as reference.

For each model and each storage format in it: the first tensor of that format, and the CRC-32 of its
last row decoded to little-endian f32. Usage: gguf_rows.py FOLDER_WITH_MODELS
"""
import pathlib
import sys
import zlib

from gguf import GGUFReader, quants

MODELS = [
    "SmolLM2-135M-Instruct.Q4_1.gguf",
    "gemma-3-270m-q4_k_m.gguf",
    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
]
TARGET = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/gguf/rows.csv"


def main():
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with TARGET.open("w") as out:
        for model in MODELS:
            seen = set()
            for tensor in GGUFReader(pathlib.Path(sys.argv[1]) / model).tensors:
                if tensor.tensor_type in seen:
                    continue
                seen.add(tensor.tensor_type)
                rows = tensor.data.reshape(-1, tensor.data.shape[-1])
                last = quants.dequantize(rows[-1:], tensor.tensor_type).astype("<f4")
                crc = zlib.crc32(last.tobytes())
                print(model, tensor.name, tensor.tensor_type.name, len(rows) - 1, f"{crc:08x}",
                      sep=",", file=out)


if __name__ == "__main__":
    main()
