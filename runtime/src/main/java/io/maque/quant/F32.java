package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/** IEEE 754 binary32, one element per block. */
public final class F32 implements BlockEncoder {

  @Override
  public TensorType type() {
    return TensorType.F32;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    target[at] = source.get(Bytes.FLOAT, offset);
  }

  @Override
  public void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    MemorySegment.copy(source, Bytes.FLOAT, offset, target, at, count);
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    target.set(Bytes.FLOAT, offset, source[at]);
  }
}
