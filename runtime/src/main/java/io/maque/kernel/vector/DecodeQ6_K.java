package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Decodes {@link io.maque.quant.Q6_K}: 64 elements at a time, those whose lower bits are in the
 * same nibbles.
 */
final class DecodeQ6_K extends BlockDecoder {
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
  TensorType type() {
    return TensorType.Q6_K;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block + D);
      for (int quarter = 0; quarter < 4; quarter++) {
        int ql = block + quarter / 2 * 64;
        int qh = block + QH + quarter / 2 * 32;
        int scales = block + SCALES + quarter * 4;
        int shift = quarter % 2 * 4;
        decodeQuarter(source, ql, qh, shift, scales, d, target, to + quarter * QUARTER);
      }
      block += BYTES;
    }
  }

  private static void decodeQuarter(
      byte[] source, int ql, int qh, int shift, int scales, float d, float[] target, int to) {
    for (int l = 0; l < 2 * GROUP; l += Lanes.COUNT) {
      float scale0 = d * source[scales + l / GROUP];
      float scale1 = d * source[scales + l / GROUP + 2];
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
