package io.maque.kernel.vector;

/**
 * The eight 6-bit scales and minimums of Q4_K and Q5_K, unpacked four at a time: byte {@code j} of
 * each result belongs to group {@code j}. The packing is shown in {@code io.maque.quant.KScales}.
 */
final class KScales {
  private static final int LOW_6_BITS = 0x3F3F3F3F;
  private static final int LOW_4_BITS = 0x0F0F0F0F;
  private static final int BITS_4_AND_5 = 0x30303030;

  private KScales() {}

  static long scales(byte[] source, int packed) {
    int first = Lanes.int32(source, packed);
    int last = Lanes.int32(source, packed + 8);
    return join(first & LOW_6_BITS, last & LOW_4_BITS | first >>> 2 & BITS_4_AND_5);
  }

  static long minimums(byte[] source, int packed) {
    int middle = Lanes.int32(source, packed + 4);
    int last = Lanes.int32(source, packed + 8);
    return join(middle & LOW_6_BITS, last >>> 4 & LOW_4_BITS | middle >>> 2 & BITS_4_AND_5);
  }

  private static long join(int low, int high) {
    return (long) high << 32 | low;
  }
}
