package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 4 bits per element that choose one of 16 unevenly spaced values, one scale for 32 elements.
 *
 * <pre>
 *   0  d   f16      scale
 *   2  qs  u8[16]   low nibble: element j, high nibble: element j + 16
 *
 *   value = d * VALUES[q]
 * </pre>
 */
public final class IQ4_NL implements BlockFormat {
  private static final int HALF = 16;
  private static final int QS = 2;

  /** Denser near zero, where weights are; ggml's {@code kvalues_iq4nl}. */
  private static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  @Override
  public TensorType type() {
    return TensorType.IQ4_NL;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    for (int j = 0; j < HALF; j++) {
      int q = Bytes.unsigned(source, offset + QS + j);
      target[at + j] = d * VALUES[q & 0xF];
      target[at + j + HALF] = d * VALUES[q >> 4];
    }
  }
}
