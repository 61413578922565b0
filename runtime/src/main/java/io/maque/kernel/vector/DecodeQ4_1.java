package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.Q4_1}. */
final class DecodeQ4_1 extends BlockDecoder {
  private static final int SIZE = 32;
  private static final int HALF = 16;
  private static final int BYTES = 20;
  private static final int M = 2;
  private static final int QS = 4;

  @Override
  TensorType type() {
    return TensorType.Q4_1;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      float m = Lanes.half(source, block + M);
      for (int j = 0; j < HALF; j += Lanes.COUNT) {
        IntVector q = Lanes.unsignedBytes(source, block + QS + j);
        IntVector high = q.lanewise(VectorOperators.LSHR, 4);
        Lanes.toFloats(q.and(0xF)).mul(d).add(m).intoArray(target, to + j);
        Lanes.toFloats(high).mul(d).add(m).intoArray(target, to + j + HALF);
      }
      block += BYTES;
    }
  }
}
