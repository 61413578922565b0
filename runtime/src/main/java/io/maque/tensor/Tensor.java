package io.maque.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A named, immutable tensor: type, shape and the bytes that hold it, usually a bounded slice of a
 * mapped GGUF file. Little-endian, rows contiguous, no padding between rows.
 *
 * @param name the name in the GGUF tensor directory
 * @param type storage format
 * @param shape extents, contiguous first
 * @param data exactly the bytes of all rows; proven to lie inside the file when it was opened
 */
public record Tensor(String name, TensorType type, Shape shape, MemorySegment data) {

  public Tensor {
    long expected = Math.multiplyExact(type.bytes(shape.columns()), shape.rows());
    if (data.byteSize() != expected) {
      throw new IllegalArgumentException(
          "tensor %s: expected %d bytes for %s %s, found %d"
              .formatted(name, expected, type, shape, data.byteSize()));
    }
  }

  /** Elements per row. */
  public int columns() {
    return Math.toIntExact(shape.columns());
  }

  /** Number of rows. */
  public int rows() {
    return Math.toIntExact(shape.rows());
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return type.bytes(shape.columns());
  }
}
