package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * bfloat16, the upper half of a binary32, one element per block. Encoding rounds to nearest, ties
 * to even; NaN stays NaN and becomes quiet.
 */
public final class BF16 implements BlockEncoder {
  private static final int QUIET_BIT = 1 << 6;

  @Override
  public TensorType type() {
    return TensorType.BF16;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    target[at] = Float.intBitsToFloat(Bytes.int16(source, offset) << 16);
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    int bits = Float.floatToRawIntBits(source[at]);
    int upper = bits >>> 16;
    boolean nan = Float.isNaN(source[at]);
    Bytes.putInt16(target, offset, nan ? upper | QUIET_BIT : (bits + 0x7FFF + (upper & 1)) >>> 16);
  }
}
