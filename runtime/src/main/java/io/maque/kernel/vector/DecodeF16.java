package io.maque.kernel.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Decodes {@link io.maque.quant.F16}. */
final class DecodeF16 implements RowDecoder {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private short[] halves = {};

  /**
   * The compiler turns this loop into the processor's own conversion of whole vectors ({@code
   * vcvtph2ps}, {@code fcvtl}), which the Vector API of JDK 25 cannot name; the bit arithmetic it
   * can express ran at half the speed. Why the values are copied first is told in {@link
   * BlockDecoder}.
   */
  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    if (halves.length < count) {
      halves = new short[count];
    }
    MemorySegment.copy(source, SHORT, offset, halves, 0, count);
    for (int i = 0; i < count; i++) {
      target[at + i] = Float.float16ToFloat(halves[i]);
    }
  }
}
