package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.Q5_1}. */
final class DecodeQ5_1 extends BlockDecoder {
  private static final int SIZE = 32;
  private static final int HALF = 16;
  private static final int BYTES = 24;
  private static final int M = 2;
  private static final int QH = 4;
  private static final int QS = 8;

  @Override
  TensorType type() {
    return TensorType.Q5_1;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      float m = Lanes.half(source, block + M);
      int qh = Lanes.int32(source, block + QH);
      for (int j = 0; j < HALF; j += Lanes.COUNT) {
        IntVector q = Lanes.unsignedBytes(source, block + QS + j);
        IntVector low = q.and(0xF).or(Lanes.fifthBits(qh >>> j));
        IntVector high = q.lanewise(VectorOperators.LSHR, 4).or(Lanes.fifthBits(qh >>> j + HALF));
        Lanes.toFloats(low).mul(d).add(m).intoArray(target, to + j);
        Lanes.toFloats(high).mul(d).add(m).intoArray(target, to + j + HALF);
      }
      block += BYTES;
    }
  }
}
