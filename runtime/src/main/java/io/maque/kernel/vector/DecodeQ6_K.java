package io.maque.kernel.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Decodes {@link io.maque.quant.Q6_K}: 64 elements at a time, those whose lower bits are in the
 * same nibbles.
 */
final class DecodeQ6_K implements RowDecoder {
  private static final int SIZE = 256;
  private static final int QUARTER = 64;
  private static final int GROUP = 16;
  private static final int BYTES = 210;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int ZERO = 32;
  private static final int UPPER_BITS = 0x30;

  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    int end = at + count;
    long block = offset;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block + D);
      for (int quarter = 0; quarter < 4; quarter++) {
        long ql = block + quarter / 2 * 64;
        long qh = block + QH + quarter / 2 * 32;
        long scales = block + SCALES + quarter * 4;
        int shift = quarter % 2 * 4;
        decodeQuarter(source, ql, qh, shift, scales, d, target, to + quarter * QUARTER);
      }
      block += BYTES;
    }
  }

  private static void decodeQuarter(
      MemorySegment source,
      long ql,
      long qh,
      int shift,
      long scales,
      float d,
      float[] target,
      int to) {
    for (int l = 0; l < 2 * GROUP; l += Lanes.COUNT) {
      float scale0 = d * Lanes.signedByte(source, scales + l / GROUP);
      float scale1 = d * Lanes.signedByte(source, scales + l / GROUP + 2);
      IntVector upper = Lanes.unsignedBytes(source, qh + l).lanewise(VectorOperators.LSHR, shift);
      IntVector upper0 = upper.lanewise(VectorOperators.LSHL, 4).and(UPPER_BITS);
      IntVector upper1 = upper.lanewise(VectorOperators.LSHL, 2).and(UPPER_BITS);
      IntVector lower0 =
          Lanes.unsignedBytes(source, ql + l).lanewise(VectorOperators.LSHR, shift).and(0xF);
      IntVector lower1 =
          Lanes.unsignedBytes(source, ql + l + 32).lanewise(VectorOperators.LSHR, shift).and(0xF);
      Lanes.toFloats(lower0.or(upper0).sub(ZERO)).mul(scale0).intoArray(target, to + l);
      Lanes.toFloats(lower1.or(upper1).sub(ZERO)).mul(scale1).intoArray(target, to + l + 32);
    }
  }
}
