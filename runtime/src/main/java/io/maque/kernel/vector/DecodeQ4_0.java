package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.Q4_0}. */
final class DecodeQ4_0 extends BlockDecoder {
  private static final int SIZE = 32;
  private static final int HALF = 16;
  private static final int BYTES = 18;
  private static final int QS = 2;
  private static final int ZERO = 8;

  @Override
  TensorType type() {
    return TensorType.Q4_0;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      for (int j = 0; j < HALF; j += Lanes.COUNT) {
        IntVector q = Lanes.unsignedBytes(source, block + QS + j);
        IntVector high = q.lanewise(VectorOperators.LSHR, 4);
        Lanes.toFloats(q.and(0xF).sub(ZERO)).mul(d).intoArray(target, to + j);
        Lanes.toFloats(high.sub(ZERO)).mul(d).intoArray(target, to + j + HALF);
      }
      block += BYTES;
    }
  }
}
