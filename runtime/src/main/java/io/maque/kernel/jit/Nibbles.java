package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;

/**
 * The idiom of the formats whose block of 32 keeps element {@code j} in the low and {@code j + 16}
 * in the high nibble of byte {@code j}: both rows of a register get their 16 bytes twice, the
 * second time shifted.
 */
final class Nibbles {
  private static final int LOW_NIBBLES = 31;
  private static final int SHIFTS = 30;

  private Nibbles() {}

  static void loadConstants(VectorAssembler a, Constants constants) {
    constants.loadBytes(a, zmm(LOW_NIBBLES), 0x0F);
    constants.loadInts(a, zmm(SHIFTS), i -> i / 4 % 2 * 4);
  }

  /** Loads transposition register {@code i} with 32 nibbles of each of its rows, one a byte. */
  static void load(VectorAssembler a, int i, int displacement) {
    a.vbroadcasti32x4(zmm(i), Rows.at(Transpose.low(i), displacement));
    a.vbroadcasti32x4(
        zmm(i).masked(PanelPacker.HIGH_HALF), Rows.at(Transpose.high(i), displacement));
    a.vpsrlvd(zmm(i), zmm(i), zmm(SHIFTS));
    a.vpandd(zmm(i), zmm(i), zmm(LOW_NIBBLES));
  }
}
