package io.maque.tensor;

import java.util.Optional;

/**
 * A storage format of tensor elements, as published by GGUF (ggml's {@code ggml_type}).
 *
 * <p>Quantised formats store {@link #blockSize()} consecutive elements of a row in {@link
 * #blockBytes()} bytes; a row always holds whole blocks. Constants carry the published spelling.
 */
public enum TensorType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  IQ4_NL(20, 32, 18),
  BF16(30, 1, 2);

  private final int ggmlId;
  private final int blockSize;
  private final int blockBytes;

  TensorType(int ggmlId, int blockSize, int blockBytes) {
    this.ggmlId = ggmlId;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for this format in a GGUF tensor directory. */
  public int ggmlId() {
    return ggmlId;
  }

  /** Elements per block; 1 for unquantised formats. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes per block. */
  public int blockBytes() {
    return blockBytes;
  }

  /**
   * Bytes that {@code elements} consecutive elements of one row take.
   *
   * @throws IllegalArgumentException when the count is negative or not a whole number of blocks
   * @throws ArithmeticException when the size does not fit a long
   */
  public long bytes(long elements) {
    if (elements < 0 || elements % blockSize != 0) {
      throw new IllegalArgumentException(
          this
              + ": expected a row of whole blocks of "
              + blockSize
              + " elements, found "
              + elements);
    }
    return Math.multiplyExact(elements / blockSize, (long) blockBytes);
  }

  /** The format with this ggml number, or empty when Maque does not know it. */
  public static Optional<TensorType> findByGgmlId(int ggmlId) {
    for (TensorType type : values()) {
      if (type.ggmlId == ggmlId) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
