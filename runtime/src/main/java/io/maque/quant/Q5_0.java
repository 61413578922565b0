package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 5 bits per element, one scale for 32 elements.
 *
 * <pre>
 *   0  d   f16      scale
 *   2  qh  u32      bit j: the fifth bit of element j
 *   6  qs  u8[16]   low nibble: element j, high nibble: element j + 16
 *
 *   value = (q - 16) * d
 * </pre>
 */
public final class Q5_0 implements BlockEncoder {
  private static final int HALF = 16;
  private static final int QH = 2;
  private static final int QS = 6;

  @Override
  public TensorType type() {
    return TensorType.Q5_0;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    int qh = Bytes.int32(source, offset + QH);
    for (int j = 0; j < HALF; j++) {
      int qs = Bytes.unsigned(source, offset + QS + j);
      int low = (qs & 0xF) | (qh >>> j & 1) << 4;
      int high = qs >> 4 | (qh >>> (j + HALF) & 1) << 4;
      target[at + j] = (low - 16) * d;
      target[at + j + HALF] = (high - 16) * d;
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    float d = Extremes.largest(source, at, 2 * HALF) / -16;
    float inverse = Extremes.inverse(d);
    int qh = 0;
    for (int j = 0; j < HALF; j++) {
      int low = quantise(source[at + j] * inverse);
      int high = quantise(source[at + j + HALF] * inverse);
      qh |= low >> 4 << j | high >> 4 << (j + HALF);
      Bytes.put(target, offset + QS + j, (low & 0xF) | high << 4);
    }
    Bytes.putHalf(target, offset, d);
    Bytes.putInt32(target, offset + QH, qh);
  }

  private static int quantise(float scaled) {
    return Math.clamp((int) (scaled + 16.5f), 0, 31);
  }
}
