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
  /** The largest scale and the largest minimum. */
  static final int LARGEST = 63;

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

  /** Writes scale and minimum of a group; those of groups 0 to 3 go first. */
  static void put(MemorySegment target, long scales, int group, int scale, int minimum) {
    if (group < 4) {
      Bytes.put(target, scales + group, scale);
      Bytes.put(target, scales + 4 + group, minimum);
    } else {
      Bytes.put(target, scales + 4 + group, (scale & 0xF) | (minimum & 0xF) << 4);
      putUpperBits(target, scales + group - 4, scale);
      putUpperBits(target, scales + group, minimum);
    }
  }

  private static void putUpperBits(MemorySegment target, long at, int value) {
    Bytes.put(target, at, Bytes.unsigned(target, at) | value >> 4 << 6);
  }
}
