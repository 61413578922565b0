package io.maque.kernel.scalar;

import io.maque.kernel.CacheWrite;
import io.maque.quant.BlockEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link CacheWrite} by the definition of the format. */
final class CacheWriteScalar implements CacheWrite {
  private final BlockEncoder format;

  CacheWriteScalar(BlockEncoder format) {
    this.format = format;
  }

  @Override
  public String name() {
    return "CacheWrite" + format.type() + "Scalar";
  }

  @Override
  public void write(
      MemorySegment source,
      long offset,
      int heads,
      int length,
      MemorySegment pool,
      long at,
      long headStride) {
    float[] row = new float[length];
    for (int head = 0; head < heads; head++) {
      long from = offset + (long) head * length * Float.BYTES;
      MemorySegment.copy(source, ValueLayout.JAVA_FLOAT_UNALIGNED, from, row, 0, length);
      format.encode(row, 0, length, pool, at + head * headStride);
    }
  }
}
