package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016, arXiv 1607.06450): {@code y = (x - mean(x)) ·
 * 1/√(var(x) + epsilon) · weight + bias}, the variance that of the whole row.
 */
public interface LayerNorm extends Kernel {

  /**
   * Normalises one row of {@code columns} f32 values; {@code out} may be {@code x} at the same
   * offset.
   *
   * @param weight f32, {@code columns} values
   * @param bias f32, {@code columns} values
   */
  void normalize(
      MemorySegment x,
      long xOffset,
      int columns,
      MemorySegment weight,
      MemorySegment bias,
      float epsilon,
      MemorySegment out,
      long outOffset);
}
