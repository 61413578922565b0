package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 6 bits per element; 256 elements in 16 groups of 16 with an 8-bit scale each.
 *
 * <pre>
 *     0  ql      u8[128]   half h (64 bytes each), byte l: low nibble element 128h + l,
 *                          high nibble element 128h + 64 + l
 *   128  qh      u8[64]    half h (32 bytes each), bits 2k, 2k+1 of byte l: upper bits of element
 *                          128h + 32k + l
 *   192  scales  i8[16]
 *   208  d       f16       scale of the scales
 *
 *   value = (d * scale) * (q - 32)
 * </pre>
 */
public final class Q6_K implements BlockFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;

  @Override
  public TensorType type() {
    return TensorType.Q6_K;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset + D);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * Bytes.signed(source, offset + SCALES + group);
      long ql = offset + group / 8 * 64 + group % 4 * GROUP;
      long qh = offset + QH + group / 8 * 32 + group % 2 * GROUP;
      int lowShift = group % 8 / 4 * 4;
      int highShift = group % 8 / 2 * 2;
      for (int l = 0; l < GROUP; l++) {
        int low = Bytes.unsigned(source, ql + l) >> lowShift & 0xF;
        int high = Bytes.unsigned(source, qh + l) >> highShift & 3;
        target[at + group * GROUP + l] = scale * ((low | high << 4) - 32);
      }
    }
  }
}
