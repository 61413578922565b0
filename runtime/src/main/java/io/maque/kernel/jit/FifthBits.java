package io.maque.kernel.jit;

import static io.maque.asm.Mask.k1;
import static io.maque.asm.Vec.zmm;
import static io.maque.kernel.jit.PanelPacker.SCRATCH;
import static io.maque.kernel.jit.PanelPacker.SCRATCH_2;

import io.maque.asm.VectorAssembler;

/** The idiom of Q5_0 and Q5_1: bit {@code j} of a 32-bit word is bit 4 of element {@code j}. */
final class FifthBits {
  private static final int SIXTEENS = 29;

  private FifthBits() {}

  static void loadConstants(VectorAssembler a, Constants constants) {
    constants.loadBytes(a, zmm(SIXTEENS), 16);
  }

  /** Adds 16 to the bytes of transposition register {@code i} whose bit is set. */
  static void add(VectorAssembler a, int i, int displacement) {
    a.mov(SCRATCH.low(), Rows.at(Transpose.low(i), displacement));
    a.mov(SCRATCH_2.low(), Rows.at(Transpose.high(i), displacement));
    a.shl(SCRATCH_2, 32);
    a.or(SCRATCH, SCRATCH_2);
    a.kmov(k1, SCRATCH);
    a.vpaddb(zmm(i).masked(k1), zmm(i), zmm(SIXTEENS));
  }
}
