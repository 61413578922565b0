package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 4 bits per element, scale and minimum for 32 elements.
 *
 * <pre>
 *   0  d   f16      scale
 *   2  m   f16      minimum
 *   4  qs  u8[16]   low nibble: element j, high nibble: element j + 16
 *
 *   value = q * d + m
 * </pre>
 */
public final class Q4_1 implements BlockEncoder {
  private static final int HALF = 16;
  private static final int M = 2;
  private static final int QS = 4;

  @Override
  public TensorType type() {
    return TensorType.Q4_1;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    float m = Bytes.half(source, offset + M);
    for (int j = 0; j < HALF; j++) {
      int q = Bytes.unsigned(source, offset + QS + j);
      target[at + j] = (q & 0xF) * d + m;
      target[at + j + HALF] = (q >> 4) * d + m;
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    float min = Extremes.min(source, at, 2 * HALF);
    float d = (Extremes.max(source, at, 2 * HALF) - min) / 15;
    float inverse = Extremes.inverse(d);
    Bytes.putHalf(target, offset, d);
    Bytes.putHalf(target, offset + M, min);
    for (int j = 0; j < HALF; j++) {
      int low = quantise((source[at + j] - min) * inverse);
      int high = quantise((source[at + j + HALF] - min) * inverse);
      Bytes.put(target, offset + QS + j, low | high << 4);
    }
  }

  private static int quantise(float scaled) {
    return Math.clamp((int) (scaled + 0.5f), 0, 15);
  }
}
