package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019, arXiv 1910.07467): {@code y = x ·
 * 1/√(mean(x²) + epsilon) · weight}.
 */
public interface RmsNorm extends Kernel {

  /**
   * Normalises one row of {@code columns} f32 values; {@code out} may be {@code x} at the same
   * offset.
   *
   * @param weight f32, {@code columns} values
   */
  void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset);

  /** Normalises rows that follow each other, with the same weight. */
  default void normalizeRows(
      MemorySegment x,
      long xOffset,
      int rows,
      int columns,
      MemorySegment weight,
      float epsilon,
      MemorySegment out,
      long outOffset) {
    long rowBytes = (long) columns * Float.BYTES;
    for (int row = 0; row < rows; row++) {
      long at = row * rowBytes;
      normalize(x, xOffset + at, columns, weight, epsilon, out, outOffset + at);
    }
  }
}
