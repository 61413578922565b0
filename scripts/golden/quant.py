#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/quant with the Python package gguf as reference, and for
encoding K formats, which gguf lacks, with ggml itself as the package llama_cpp brings it.

TYPE.blocks   blocks of the format: random, and with every extreme scale
TYPE.values   what gguf.quants.dequantize makes of them, f32
encode.values      f32 values in blocks of 32
TYPE.encoded       what gguf.quants.quantize makes of encode.values
encode256.values   f32 values in blocks of 256; TYPE.encoded of a K format is what
                   ggml_quantize_chunk makes of them
"""
import ctypes
import itertools
import pathlib

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf import quants

import llama_cpp

FOLDER = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/quant"
RANDOM_BLOCKS = 4

# Where a block holds its f16 numbers.
HALVES = {
    Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2], Type.Q8_0: [0],
    Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.Q4_K: [0, 2], Type.Q5_K: [0, 2],
    Type.Q6_K: [208], Type.IQ4_NL: [0],
}
K_ENCODED = [Type.Q4_K, Type.Q5_K, Type.Q6_K]
ENCODED = [Type.F16, Type.BF16, Type.Q4_0, Type.Q4_1, Type.Q5_0, Type.Q5_1, Type.Q8_0]

# Zero of both signs, smallest and largest subnormal, smallest normal, a negative, largest finite.
EXTREME_HALVES = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0xB555, 0x7BFF]


def put_half(block, at, bits):
    block[at:at + 2] = np.frombuffer(np.uint16(bits).tobytes(), np.uint8)


def blocks_of(kind, random):
    size = GGML_QUANT_SIZES[kind][1]
    halves = HALVES[kind]
    blocks = []
    for _ in range(RANDOM_BLOCKS):
        block = random.integers(0, 256, size, dtype=np.uint8)
        for at in halves:
            put_half(block, at, np.float16(random.normal() * 0.01).view(np.uint16))
        blocks.append(block)
    for bits in EXTREME_HALVES:
        block = random.integers(0, 256, size, dtype=np.uint8)
        for at, value in zip(halves, itertools.cycle([bits, bits ^ 0x8000])):
            put_half(block, at, value)
        blocks.append(block)
    for fill in (0x00, 0xFF):
        block = np.full(size, fill, np.uint8)
        for at in halves:
            put_half(block, at, 0x3C00)  # 1.0
        blocks.append(block)
    return np.stack(blocks)


def values_to_encode(random):
    rows = [random.normal(size=32) * scale for scale in (1, 1, 1, 0.02, 0.02, 1e-4, 1000, 60000 / 4)]
    rows += [
        np.zeros(32),  # not -0.0: there gguf writes another sign of the scale 0 than ggml does
        np.full(32, 0.7),
        np.full(32, -0.7),
        np.linspace(-1, 1, 32),
        np.linspace(0, 31, 32),           # exact in Q5_1
        np.arange(32) - 16.0,             # exact in Q5_0
        np.resize([-1.0, 1.0], 32),       # equal magnitudes: the first decides the sign
        np.resize([1.0, -1.0], 32),
        np.eye(1, 32, 5)[0] * -3,         # one spike
        np.append(np.arange(31) + 0.5, 127.0),   # ties at every step of Q8_0
        np.append(-np.arange(31) - 0.5, 127.0),
        random.normal(size=32) * 1e-7,    # scales that are subnormal in f16
    ]
    return np.stack(rows).astype(np.float32)


def values_to_encode_by_256(random):
    """Blocks of several spreads, groups that differ, constants, outliers, zeros and tiny scales."""
    rows = [random.normal(size=256) * scale for scale in (1, 0.02, 0.02, 1e-4, 1000)]
    rows += [random.standard_t(2, 256) * 0.02 for _ in range(4)]
    rows += [random.uniform(0, 1, 256), random.uniform(-1, 0, 256), random.uniform(5, 6, 256)]
    groups = random.normal(size=(16, 16))
    rows.append((groups * 10.0 ** random.integers(-6, 3, (16, 1))).ravel())
    groups[::3] = 0
    rows.append(groups.ravel())
    rows += [np.zeros(256), np.full(256, 0.7), np.full(256, -0.7)]
    rows += [np.linspace(-1, 1, 256), np.resize([-1.0, 1.0], 256), np.arange(256) - 128.0]
    rows.append(np.eye(1, 256, 77)[0] * -3)
    rows += [random.normal(size=256) * scale for scale in (1e-6, 1e-7, 1e-9, 1e-16, 1e-30)]
    rows.append(np.float16(random.normal(size=256) * 0.02))
    return np.stack(rows).astype(np.float32)


def ggml_quantize(values, kind):
    """ggml's own encoder, without an importance matrix."""
    library = ctypes.CDLL(pathlib.Path(llama_cpp.__file__).parent / "lib/libggml-base.so")
    rows, columns = values.shape
    size, block_bytes = GGML_QUANT_SIZES[kind]
    encoded = np.zeros(rows * columns // size * block_bytes, np.uint8)
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    written = library.ggml_quantize_chunk(
        ctypes.c_int(kind), ctypes.c_void_p(values.ctypes.data),
        ctypes.c_void_p(encoded.ctypes.data), ctypes.c_int64(0), ctypes.c_int64(rows),
        ctypes.c_int64(columns), None)
    assert written == encoded.size
    return encoded


def main():
    random = np.random.default_rng(20250314)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind in HALVES:
        blocks = blocks_of(kind, random)
        values = quants.dequantize(blocks, kind).astype(np.float32)
        blocks.tofile(FOLDER / f"{kind.name}.blocks")
        values.tofile(FOLDER / f"{kind.name}.values")
    every_half = np.arange(1 << 16, dtype=np.uint16)
    finite = every_half[np.isfinite(every_half.view(np.float16))][::17]
    finite.tofile(FOLDER / "F16.blocks")
    finite.view(np.float16).astype(np.float32).tofile(FOLDER / "F16.values")
    values = values_to_encode(random)
    values.tofile(FOLDER / "encode.values")
    for kind in ENCODED:
        quants.quantize(values, kind).tofile(FOLDER / f"{kind.name}.encoded")
    values = values_to_encode_by_256(random)
    values.tofile(FOLDER / "encode256.values")
    for kind in K_ENCODED:
        ggml_quantize(values, kind).tofile(FOLDER / f"{kind.name}.encoded")


if __name__ == "__main__":
    main()
