#!/usr/bin/env python3
"""Writes runtime/src/test/resources/golden/gguf/values.gguf: every kind of metadata value, with the
Python package gguf."""
import pathlib

import numpy as np
from gguf import GGUFValueType, GGUFWriter

TARGET = pathlib.Path(__file__).parents[2] / "runtime/src/test/resources/golden/gguf/values.gguf"


def main():
    writer = GGUFWriter(TARGET, "golden")
    writer.add_custom_alignment(64)
    writer.add_uint8("u8", 255)
    writer.add_int8("i8", -128)
    writer.add_uint16("u16", 65535)
    writer.add_int16("i16", -32768)
    writer.add_uint32("u32", 4294967295)
    writer.add_int32("i32", -2147483648)
    writer.add_uint64("u64", (1 << 63) - 1)
    writer.add_int64("i64", -(1 << 63))
    writer.add_float32("f32", 0.1)
    writer.add_float64("f64", 0.1)
    writer.add_bool("bool", True)
    writer.add_string("string", "麻雀 🐦")
    for kind, values in [
        (GGUFValueType.UINT8, [0, 255]),
        (GGUFValueType.INT8, [-128, 127]),
        (GGUFValueType.UINT16, [0, 65535]),
        (GGUFValueType.INT16, [-32768, 32767]),
        (GGUFValueType.UINT32, [0, 4294967295]),
        (GGUFValueType.INT32, [-2147483648, 2147483647]),
        (GGUFValueType.UINT64, [0, (1 << 63) - 1]),
        (GGUFValueType.INT64, [-(1 << 63), (1 << 63) - 1]),
        (GGUFValueType.FLOAT32, [0.1, -1e-45]),
        (GGUFValueType.FLOAT64, [0.1, -5e-324]),
        (GGUFValueType.BOOL, [True, False]),
        (GGUFValueType.STRING, ["", "麻", "雀"]),
    ]:
        writer.add_key_value(f"{kind.name}.array", values, GGUFValueType.ARRAY, sub_type=kind)
    writer.add_tensor("matrix", np.arange(6, dtype=np.float32).reshape(2, 3))
    writer.add_tensor("vector", np.array([1.5, -2.5], dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
