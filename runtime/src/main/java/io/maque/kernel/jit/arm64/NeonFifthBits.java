package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

/**
 * The idiom of Q5_0 and Q5_1: 32 columns keep their fifth bits in one word, column 0 in its lowest.
 * Keeps registers 28 to 31.
 */
final class NeonFifthBits {
  private static final int LOW_NIBBLES = 31;

  /** One bit of each byte, from the lowest to the highest, twice. */
  private static final int EACH_BIT = 30;

  private static final int FIFTH_BIT = 29;

  /** Which byte of the word has the bit of a column; two more for columns 16 to 31. */
  private static final int BYTE_NUMBERS = 28;

  private static final int SECOND_HALF = NeonPacker.SCRATCH + 2;

  private final NeonPacker p;

  NeonFifthBits(NeonPacker p) {
    this.p = p;
  }

  void loadConstants() {
    p.a.movi(v(LOW_NIBBLES).b16(), 0x0F);
    p.a.movi(v(FIFTH_BIT).b16(), 0x10);
    p.constants.loadBytes(p.a, v(EACH_BIT), i -> 1 << i % 8);
    p.constants.loadBytes(p.a, v(BYTE_NUMBERS), i -> i / 8);
  }

  /** Loads {@link NeonPacker#LOW} and {@link NeonPacker#HIGH}, five bits in each byte. */
  void load(int fifthBits, int nibbles) {
    p.load(NeonPacker.HIGH, nibbles);
    p.splitNibbles(NeonPacker.LOW, NeonPacker.HIGH, LOW_NIBBLES);
    p.loadWords(NeonPacker.THIRD, fifthBits);
    add(NeonPacker.LOW, BYTE_NUMBERS);
    p.a.movi(v(SECOND_HALF).b16(), 2);
    p.a.add(v(SECOND_HALF).b16(), v(SECOND_HALF).b16(), v(BYTE_NUMBERS).b16());
    add(NeonPacker.HIGH, SECOND_HALF);
  }

  /** The value of the fifth bit, which is the offset of formats that have one. */
  int offset() {
    return FIFTH_BIT;
  }

  private void add(int eight, int byteNumbers) {
    int bits = NeonPacker.SCRATCH;
    for (int row = 0; row < NeonPanel.ROWS; row++) {
      p.a.tbl(v(bits).b16(), v(NeonPacker.THIRD + row).b16(), v(byteNumbers).b16());
      p.a.cmtst(v(bits).b16(), v(bits).b16(), v(EACH_BIT).b16());
      p.a.and(v(bits).b16(), v(bits).b16(), v(FIFTH_BIT).b16());
      p.a.orr(v(eight + row).b16(), v(eight + row).b16(), v(bits).b16());
    }
  }
}
