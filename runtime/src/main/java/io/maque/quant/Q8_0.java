package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 8 bits per element, one scale for 32 elements.
 *
 * <pre>
 *   0  d   f16      scale
 *   2  qs  i8[32]
 *
 *   value = q * d
 * </pre>
 */
public final class Q8_0 implements BlockEncoder {
  private static final int SIZE = 32;
  private static final int QS = 2;

  @Override
  public TensorType type() {
    return TensorType.Q8_0;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    for (int j = 0; j < SIZE; j++) {
      target[at + j] = Bytes.signed(source, offset + QS + j) * d;
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    float d = Math.abs(Extremes.largest(source, at, SIZE)) / 127;
    float inverse = Extremes.inverse(d);
    Bytes.putHalf(target, offset, d);
    for (int j = 0; j < SIZE; j++) {
      Bytes.put(target, offset + QS + j, roundHalfAway(source[at + j] * inverse));
    }
  }

  /** C's {@code roundf}; the sum is exact in double precision, in single it would round twice. */
  private static int roundHalfAway(float value) {
    return (int) (value + Math.copySign(0.5, value));
  }
}
