package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Scaled dot-product attention of one token over a paged KV cache: {@code softmax(scale · q·Kᵀ)·V}
 * for the query heads that share one K/V head.
 *
 * <p>The key of position {@code p} starts at byte {@code blockOffsets[p / blockTokens] + keyOffset
 * + (p % blockTokens) · keyLength · elementBytes} of {@code pool}; values likewise. Scores are
 * summed with the online softmax (Milakov and Gimelshein 2018, arXiv 1805.02867), so scratch memory
 * does not grow with the context.
 */
public interface Attention extends Kernel {

  /**
   * Attends to positions {@code [begin, end)}; {@code begin > 0} under a sliding window.
   *
   * @param query f32, {@code groupSize × keyLength} from byte {@code queryOffset}
   * @param pool memory of the whole KV cache
   * @param blockOffsets byte offset in {@code pool} of each block of the sequence, in order
   * @param keyOffset byte offset within a block of the keys of this layer and K/V head
   * @param valueOffset likewise of the values
   * @param out f32, {@code groupSize × valueLength} from byte {@code outOffset}
   */
  void attend(
      AttentionShape shape,
      MemorySegment query,
      long queryOffset,
      MemorySegment pool,
      long[] blockOffsets,
      long keyOffset,
      long valueOffset,
      int begin,
      int end,
      MemorySegment out,
      long outOffset);
}
