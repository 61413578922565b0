package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 4 bits per element, one scale for 32 elements.
 *
 * <pre>
 *   0  d   f16      scale
 *   2  qs  u8[16]   low nibble: element j, high nibble: element j + 16
 *
 *   value = (q - 8) * d
 * </pre>
 *
 * Encoding maps the value of largest magnitude to q = 0, so that the range is used whole on its
 * side.
 */
public final class Q4_0 implements BlockEncoder {
  private static final int HALF = 16;
  private static final int QS = 2;

  @Override
  public TensorType type() {
    return TensorType.Q4_0;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    for (int j = 0; j < HALF; j++) {
      int q = Bytes.unsigned(source, offset + QS + j);
      target[at + j] = ((q & 0xF) - 8) * d;
      target[at + j + HALF] = ((q >> 4) - 8) * d;
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    float d = Extremes.largest(source, at, 2 * HALF) / -8;
    float inverse = Extremes.inverse(d);
    Bytes.putHalf(target, offset, d);
    for (int j = 0; j < HALF; j++) {
      int low = quantise(source[at + j] * inverse);
      int high = quantise(source[at + j + HALF] * inverse);
      Bytes.put(target, offset + QS + j, low | high << 4);
    }
  }

  private static int quantise(float scaled) {
    return Math.clamp((int) (scaled + 8.5f), 0, 15);
  }
}
