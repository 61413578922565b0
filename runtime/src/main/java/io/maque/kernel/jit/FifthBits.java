package io.maque.kernel.jit;

import static io.maque.asm.Mask.k1;
import static io.maque.asm.Mask.k2;
import static io.maque.kernel.jit.PanelPacker.SCRATCH;

import io.maque.asm.Mask;
import io.maque.asm.Memory;

/**
 * The idiom of Q5_0 and Q5_1: bit {@code j} of a row's 32-bit word is bit 4 of value {@code j}.
 * Works on transposed values, where an element holds four columns of a row: there the four bits are
 * a nibble of the row's word. Keeps registers 12 to 14.
 */
final class FifthBits {
  /** The word of each row, to be loaded by the packer. */
  static final int WORDS = 12;

  /** The words shifted by a nibble. */
  private static final int ODD_NIBBLES = 13;

  /** From one bit of a nibble to bit 4. */
  private static final int BIT_TO_SIXTEEN = 14;

  /** With AVX-512: the bits that four bytes look for in one byte of a word. */
  private static final int LOWER_BITS = PanelPacker.WIDE + 6;

  private static final int UPPER_BITS = PanelPacker.WIDE + 7;
  private static final int SIXTEENS = 13;

  private final PanelPacker p;
  private final Memory bitOfEachByte;
  private final Memory[] repeatedByte = new Memory[4];

  FifthBits(PanelPacker p) {
    this.p = p;
    this.bitOfEachByte = p.constants.bytes(i -> 1 << i % 4);
    for (int k = 0; k < repeatedByte.length; k++) {
      int from = k;
      repeatedByte[k] = p.constants.bytes(i -> i % 16 / 4 * 4 + from);
    }
  }

  void loadConstants() {
    Memory table = p.constants.bytes(i -> i % 16 == 0 ? 0 : 16);
    p.a.vmovups(p.v(BIT_TO_SIXTEEN), table);
    if (p.isa.hasMasks()) {
      p.constants.loadBytes(p.a, p.v(SIXTEENS), 16);
      p.a.vmovups(p.v(LOWER_BITS), bitOfEachByte);
      p.a.vpsllw(p.v(UPPER_BITS), p.v(LOWER_BITS), 4);
    }
  }

  /** Call when {@link #WORDS} is loaded. */
  void prepare() {
    p.a.vpsrld(p.v(ODD_NIBBLES), p.v(WORDS), 4);
  }

  /**
   * Gives away the values of a block, for {@link PanelPacker#unpackWide}; overwrites registers 0 to
   * 3.
   *
   * @param words the register of the words
   * @param nibbles the first of four registers of nibbles
   */
  void takeWide(int words, int nibbles) {
    for (int k = 0; k < repeatedByte.length; k++) {
      p.a.vpshufb(p.v(k), p.v(words), repeatedByte[k]);
    }
    for (int j = 0; j < 4; j++) {
      take(Nibbles.low(p, nibbles + j), j);
      take(Nibbles.high(p, nibbles + j), 4 + j);
    }
  }

  private void take(int nibbles, int j) {
    Mask bits = j < 4 ? k1 : k2;
    p.a.vptestmb(bits, p.v(j / 2), p.v(j % 2 == 0 ? LOWER_BITS : UPPER_BITS));
    p.a.vpaddb(p.v(nibbles).masked(bits), p.v(nibbles), p.v(SIXTEENS));
    p.take(nibbles, 0, j);
  }

  /** Adds 16 to the values of columns {@code 4j} to {@code 4j + 3} whose bit is set. */
  void add(int register, int j) {
    int bits = SCRATCH + j % 4;
    p.a.vpshufb(p.v(bits), p.v(j % 2 == 0 ? WORDS : ODD_NIBBLES), repeatedByte[j / 2]);
    p.a.vandps(p.v(bits), p.v(bits), bitOfEachByte);
    p.a.vpshufb(p.v(bits), p.v(BIT_TO_SIXTEEN), p.v(bits));
    p.a.vorps(p.v(register), p.v(register), p.v(bits));
  }
}
