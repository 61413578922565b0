package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/** IEEE 754 binary16, one element per block; encoding rounds to nearest, ties to even. */
public final class F16 implements BlockEncoder {

  @Override
  public TensorType type() {
    return TensorType.F16;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    target[at] = Bytes.half(source, offset);
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    Bytes.putHalf(target, offset, source[at]);
  }
}
