package io.maque.kernel.vector;

import io.maque.tensor.TensorType;
import jdk.incubator.vector.VectorOperators;

/** Decodes {@link io.maque.quant.BF16}: the upper half of an f32. */
final class DecodeBF16 extends BlockDecoder {

  @Override
  TensorType type() {
    return TensorType.BF16;
  }

  @Override
  void decodeBlocks(byte[] source, float[] target, int at, int count) {
    int whole = Lanes.FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      Lanes.shorts(source, Short.BYTES * i)
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(target, at + i);
    }
    for (int i = whole; i < count; i++) {
      target[at + i] = Float.intBitsToFloat(Lanes.int16(source, Short.BYTES * i) << 16);
    }
  }
}
