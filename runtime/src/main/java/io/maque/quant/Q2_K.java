package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 2 bits per element; 256 elements in 16 groups of 16 with a 4-bit scale and minimum each.
 *
 * <pre>
 *    0  scales  u8[16]   group g: low nibble scale, high nibble minimum
 *   16  qs      u8[64]   two halves of 32 bytes; bits 2k, 2k+1 of byte l of half h: element 128h + 32k + l
 *   80  d       f16      scale of the scales
 *   82  dmin    f16      scale of the minimums
 *
 *   value = (d * scale) * q - (dmin * minimum)
 * </pre>
 */
public final class Q2_K implements BlockFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final int QS = 16;
  private static final int D = 80;
  private static final int DMIN = 82;

  @Override
  public TensorType type() {
    return TensorType.Q2_K;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset + D);
    float dmin = Bytes.half(source, offset + DMIN);
    for (int group = 0; group < GROUPS; group++) {
      int packed = Bytes.unsigned(source, offset + group);
      float scale = d * (packed & 0xF);
      float minimum = dmin * (packed >> 4);
      long qs = offset + QS + group / 8 * 32 + group % 2 * GROUP;
      int shift = group % 8 / 2 * 2;
      for (int l = 0; l < GROUP; l++) {
        int q = Bytes.unsigned(source, qs + l) >> shift & 3;
        target[at + group * GROUP + l] = scale * q - minimum;
      }
    }
  }
}
