package io.maque.quant;

import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * 4 bits per element; 256 elements in 8 groups of 32 with a 6-bit scale and minimum each.
 *
 * <pre>
 *    0  d       f16       scale of the scales
 *    2  dmin    f16       scale of the minimums
 *    4  scales  u8[12]    see {@link KScales}
 *   16  qs      u8[128]   byte 32p + l: low nibble element 64p + l, high nibble element 64p + 32 + l
 *
 *   value = (d * scale) * q - (dmin * minimum)
 * </pre>
 */
public final class Q4_K implements BlockEncoder {
  private static final int GROUP = 32;
  private static final int GROUPS = 8;
  private static final int DMIN = 2;
  private static final int SCALES = 4;
  private static final int QS = 16;
  private static final AffineSearch SEARCH = new AffineSearch(15, -1, 20);

  @Override
  public TensorType type() {
    return TensorType.Q4_K;
  }

  @Override
  public void decodeBlock(MemorySegment source, long offset, float[] target, int at) {
    float d = Bytes.half(source, offset);
    float dmin = Bytes.half(source, offset + DMIN);
    for (int group = 0; group < GROUPS; group++) {
      float scale = d * KScales.scale(source, offset + SCALES, group);
      float minimum = dmin * KScales.minimum(source, offset + SCALES, group);
      long qs = offset + QS + group / 2 * GROUP;
      int shift = group % 2 * 4;
      for (int l = 0; l < GROUP; l++) {
        int q = Bytes.unsigned(source, qs + l) >> shift & 0xF;
        target[at + group * GROUP + l] = scale * q - minimum;
      }
    }
  }

  @Override
  public void encodeBlock(float[] source, int at, MemorySegment target, long offset) {
    byte[] quants = AffineGroups.encode(SEARCH, source, at, target, offset);
    for (int pair = 0; pair < GROUPS / 2; pair++) {
      for (int l = 0; l < GROUP; l++) {
        int low = quants[2 * pair * GROUP + l];
        int high = quants[(2 * pair + 1) * GROUP + l];
        Bytes.put(target, offset + QS + pair * GROUP + l, low | high << 4);
      }
    }
  }
}
