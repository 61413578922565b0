package io.maque.kernel.vector;

import io.maque.quant.BF16;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link BF16}. */
final class DecodeBF16 implements RowDecoder {
  private final BF16 scalar = new BF16();

  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    int whole = count - count % Lanes.COUNT;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.shorts(source, offset + 2L * i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, at + i);
    }
    scalar.decode(source, offset + 2L * whole, target, at + whole, count - whole);
  }
}
