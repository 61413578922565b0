package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Writes keys or values of one position to the KV cache, in the cache's type: to the bit what the
 * type's {@code BlockEncoder} would write.
 */
public interface CacheWrite extends Kernel {

  /**
   * Writes one row for each K/V head.
   *
   * @param source f32, {@code heads × length} values from byte {@code offset}
   * @param length values of a row, whole blocks of the cache's type
   * @param pool memory of the KV cache, which holds the row of the first head at byte {@code at}
   * @param headStride bytes from head to head in {@code pool}
   */
  void write(
      MemorySegment source,
      long offset,
      int heads,
      int length,
      MemorySegment pool,
      long at,
      long headStride);
}
