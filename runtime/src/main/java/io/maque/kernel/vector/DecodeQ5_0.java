package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.Q5_0}. */
final class DecodeQ5_0 extends BlockDecoder {
  private static final int SIZE = 32;
  private static final int HALF = 16;
  private static final int BYTES = 22;
  private static final int QH = 2;
  private static final int QS = 6;
  private static final int ZERO = 16;

  @Override
  TensorType type() {
    return TensorType.Q5_0;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      int qh = Lanes.int32(source, block + QH);
      for (int j = 0; j < HALF; j += Lanes.COUNT) {
        IntVector q = Lanes.unsignedBytes(source, block + QS + j);
        IntVector low = q.and(0xF).or(Lanes.fifthBits(qh >>> j));
        IntVector high = q.lanewise(VectorOperators.LSHR, 4).or(Lanes.fifthBits(qh >>> j + HALF));
        Lanes.toFloats(low.sub(ZERO)).mul(d).intoArray(target, to + j);
        Lanes.toFloats(high.sub(ZERO)).mul(d).intoArray(target, to + j + HALF);
      }
      block += BYTES;
    }
  }
}
