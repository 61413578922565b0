package io.maque.quant;

import java.lang.foreign.MemorySegment;

/**
 * The eight 6-bit scales and minimums that Q4_K and Q5_K pack into twelve bytes.
 *
 * <pre>
 *   byte 0..3    bits 0-5: scale of group j         bits 6-7: upper bits of the scale of group j + 4
 *   byte 4..7    bits 0-5: minimum of group j       bits 6-7: upper bits of the minimum of group j + 4
 *   byte 8..11   low nibble: scale of group j + 4   high nibble: minimum of group j + 4
 * </pre>
 */
final class KScales {

  private KScales() {}

  static int scale(MemorySegment source, long scales, int group) {
    int first = Bytes.unsigned(source, scales + group % 4);
    if (group < 4) {
      return first & 0x3F;
    }
    return (Bytes.unsigned(source, scales + 4 + group) & 0xF) | first >> 6 << 4;
  }

  static int minimum(MemorySegment source, long scales, int group) {
    int first = Bytes.unsigned(source, scales + 4 + group % 4);
    if (group < 4) {
      return first & 0x3F;
    }
    return Bytes.unsigned(source, scales + 4 + group) >> 4 | first >> 6 << 4;
  }
}
