package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.Q5_K}. */
final class DecodeQ5_K extends BlockDecoder {
  private static final int SIZE = 256;
  private static final int GROUP = 32;
  private static final int BYTES = 176;
  private static final int DMIN = 2;
  private static final int SCALES = 4;
  private static final int QH = 16;
  private static final int QS = 48;
  private static final int FIFTH = 0x10;

  @Override
  TensorType type() {
    return TensorType.Q5_K;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      float dmin = Lanes.half(source, block + DMIN);
      long scales = KScales.scales(source, block + SCALES);
      long minimums = KScales.minimums(source, block + SCALES);
      for (int pair = 0; pair < 4; pair++) {
        float scale0 = d * (scales >>> 16 * pair & 0xFF);
        float scale1 = d * (scales >>> 16 * pair + 8 & 0xFF);
        float minimum0 = dmin * (minimums >>> 16 * pair & 0xFF);
        float minimum1 = dmin * (minimums >>> 16 * pair + 8 & 0xFF);
        int qs = block + QS + pair * GROUP;
        int to0 = to + pair * 2 * GROUP;
        for (int l = 0; l < GROUP; l += Lanes.COUNT) {
          IntVector q = Lanes.unsignedBytes(source, qs + l);
          // bits 2·pair and 2·pair + 1 of qh move to bits 4 and 5
          IntVector qh =
              Lanes.unsignedBytes(source, block + QH + l)
                  .lanewise(VectorOperators.LSHL, 4)
                  .lanewise(VectorOperators.LSHR, 2 * pair);
          IntVector low = q.and(0xF).or(qh.and(FIFTH));
          IntVector high =
              q.lanewise(VectorOperators.LSHR, 4)
                  .or(qh.lanewise(VectorOperators.LSHR, 1).and(FIFTH));
          Lanes.toFloats(low).mul(scale0).sub(minimum0).intoArray(target, to0 + l);
          Lanes.toFloats(high).mul(scale1).sub(minimum1).intoArray(target, to0 + l + GROUP);
        }
      }
      block += BYTES;
    }
  }
}
