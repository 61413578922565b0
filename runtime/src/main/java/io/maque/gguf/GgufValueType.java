package io.maque.gguf;

import java.util.Optional;

/**
 * The kind of a metadata value as GGUF stores it; the constant's ordinal is the number in the file.
 */
public enum GgufValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  /** Length in bytes as {@code UINT64}, then UTF-8. */
  STRING(8),
  /** Element kind as {@code UINT32}, count as {@code UINT64}, then the elements. */
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private final int minimumBytes;

  GgufValueType(int minimumBytes) {
    this.minimumBytes = minimumBytes;
  }

  /** Bytes that a value takes in the file: exact for numbers, the least for strings and arrays. */
  int minimumBytes() {
    return minimumBytes;
  }

  static Optional<GgufValueType> findById(int id) {
    GgufValueType[] types = values();
    return id >= 0 && id < types.length ? Optional.of(types[id]) : Optional.empty();
  }
}
