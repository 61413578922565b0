package io.maque.kernel.vector;

import io.maque.tensor.TensorType;

/** Decodes {@link io.maque.quant.Q8_0}. */
final class DecodeQ8_0 extends BlockDecoder {
  private static final int SIZE = 32;
  private static final int BYTES = 34;
  private static final int QS = 2;

  @Override
  TensorType type() {
    return TensorType.Q8_0;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int end = at + count;
    int block = 0;
    for (int to = at; to < end; to += SIZE) {
      float d = Lanes.half(source, block);
      for (int j = 0; j < SIZE; j += Lanes.COUNT) {
        Lanes.toFloats(Lanes.signedBytes(source, block + QS + j)).mul(d).intoArray(target, to + j);
      }
      block += BYTES;
    }
  }
}
