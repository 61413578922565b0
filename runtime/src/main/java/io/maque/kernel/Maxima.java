package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The largest value of each block of a row: whoever looks for the largest of many values then knows
 * where not to look.
 */
public interface Maxima extends Kernel {
  /** Values of a block. */
  int BLOCK = 256;

  /** Bytes that {@link #find} writes for {@code count} values. */
  static long bytes(int count) {
    return (blocks(count) + 1L) * Float.BYTES;
  }

  /** Blocks of {@code count} values, the last of which may be shorter. */
  static int blocks(int count) {
    return Math.ceilDiv(count, BLOCK);
  }

  /**
   * Finds the largest value of each block of {@code count} f32 values from byte {@code offset}.
   *
   * @param maxima receives a value for each block; at least {@link #bytes}
   * @return whether all values are finite; if not, nothing can be said of the maxima
   */
  boolean find(MemorySegment x, long offset, int count, MemorySegment maxima);
}
