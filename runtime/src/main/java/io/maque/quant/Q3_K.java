package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 3 bits per element; 256 elements in 16 groups of 16 with a 6-bit scale each.
 *
 * <pre>
 *     0  hmask   u8[32]   bit k of byte l: the third bit of element 32k + l
 *    32  qs      u8[64]   bits 2k, 2k+1 of byte l of half h: the low bits of element 128h + 32k + l
 *    96  scales  u8[12]   bytes 0..7: low nibbles of groups 0..7, high nibbles of groups 8..15;
 *                         bits 2k, 2k+1 of byte 8 + l: the upper bits of group 4k + l
 *   108  d       f16      scale of the scales
 *
 *   value = (d * (scale - 32)) * (q - 4)
 * </pre>
 */
public final class Q3_K implements BlockFormat {
  private static final int GROUP = 16;
  private static final int GROUPS = 16;
  private static final int QS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;

  @Override
  public TensorType type() {
    return TensorType.Q3_K;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset + D);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * (scale(source, offset + SCALES, group) - 32);
      long hmask = offset + group % 2 * GROUP;
      long qs = offset + QS + group / 8 * 32 + group % 2 * GROUP;
      int shift = group % 8 / 2 * 2;
      for (int l = 0; l < GROUP; l++) {
        int low = Bytes.unsigned(source, qs + l) >> shift & 3;
        int high = Bytes.unsigned(source, hmask + l) >> group / 2 & 1;
        target[at + group * GROUP + l] = scale * ((low | high << 2) - 4);
      }
    }
  }

  private static int scale(MemorySegment source, long scales, int group) {
    int low = Bytes.unsigned(source, scales + group % 8) >> group / 8 * 4 & 0xF;
    int high = Bytes.unsigned(source, scales + 8 + group % 4) >> group / 4 * 2 & 3;
    return low | high << 4;
  }
}
