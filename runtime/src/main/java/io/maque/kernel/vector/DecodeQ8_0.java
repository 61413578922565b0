package io.maque.kernel.vector;

import java.lang.foreign.MemorySegment;

/** Decodes {@link io.maque.quant.Q8_0}. */
final class DecodeQ8_0 implements RowDecoder {
  private static final int SIZE = 32;
  private static final int BYTES = 34;
  private static final int QS = 2;

  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    int end = at + count;
    long block = offset;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      for (int j = 0; j < SIZE; j += Lanes.COUNT) {
        Lanes.toFloats(Lanes.signedBytes(source, block + QS + j)).mul(d).intoArray(target, to + j);
      }
      block += BYTES;
    }
  }
}
