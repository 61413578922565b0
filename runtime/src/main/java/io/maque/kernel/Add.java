package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/** Addition of one vector to another: residual connections and biases. */
public interface Add extends Kernel {

  /** {@code x[i] += y[i]} for {@code count} f32 values. */
  void add(MemorySegment x, long xOffset, MemorySegment y, long yOffset, int count);

  /**
   * Adds the same values to each of some rows.
   *
   * @param stride bytes from row to row of {@code x}
   */
  default void addToRows(
      MemorySegment x,
      long xOffset,
      long stride,
      int rows,
      MemorySegment y,
      long yOffset,
      int count) {
    for (int row = 0; row < rows; row++) {
      add(x, xOffset + row * stride, y, yOffset, count);
    }
  }
}
