package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The Hadamard transform of each {@link #BLOCK} values: {@code y[i] = 1/√32 · Σⱼ (-1)^popcount(i &
 * j) · x[j]}. It is orthogonal, so it leaves the product of two vectors that both went through it
 * as it was, and it is its own inverse.
 *
 * <p>Queries and keys go through it before keys are stored in few bits (QuaRot, Ashkboos et al.
 * 2024, arXiv 2404.00456): where one element of a key is much larger than all others, as in models
 * with a bias on keys, it alone would decide how coarsely its block is rounded. Transformed, every
 * element has a part of it.
 *
 * <p>The sums are formed in one order, elements 16 apart first, then 8, 4, 2 and neighbours, so all
 * kernels give the same bits.
 */
public interface Hadamard extends Kernel {
  /** Values that are transformed together: a block of the quantised formats of a KV cache. */
  int BLOCK = 32;

  /** What makes the transform keep lengths. */
  float SCALE = (float) (1 / Math.sqrt(BLOCK));

  /**
   * Transforms {@code count} f32 from byte {@code offset} on in place.
   *
   * @param count a multiple of {@link #BLOCK}
   */
  void transform(MemorySegment values, long offset, int count);
}
