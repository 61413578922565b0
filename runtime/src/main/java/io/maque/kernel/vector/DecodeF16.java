package io.maque.kernel.vector;

import java.lang.foreign.MemorySegment;

/** Decodes {@link io.maque.quant.F16}. */
final class DecodeF16 implements RowDecoder {

  /**
   * The compiler turns this loop into the processor's own conversion of whole vectors ({@code
   * vcvtph2ps}, {@code fcvtl}), which the Vector API of JDK 25 cannot name; the bit arithmetic it
   * can express ran at half the speed.
   */
  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    for (int i = 0; i < count; i++) {
      target[at + i] = Lanes.half(source, offset + 2L * i);
    }
  }
}
