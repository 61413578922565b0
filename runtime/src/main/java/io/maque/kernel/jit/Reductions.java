package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;

/** The idioms "sum" and "maximum of all sixteen elements, in every element". */
final class Reductions {
  private static final int SWAP_HALVES = 0b01_00_11_10;
  private static final int SWAP_NEIGHBOURS = 0b10_11_00_01;

  private Reductions() {}

  static void sum(VectorAssembler a, int register, int scratch) {
    for (int step = 0; step < 4; step++) {
      rotate(a, register, scratch, step);
      a.vaddps(zmm(register), zmm(register), zmm(scratch));
    }
  }

  static void max(VectorAssembler a, int register, int scratch) {
    for (int step = 0; step < 4; step++) {
      rotate(a, register, scratch, step);
      a.vmaxps(zmm(register), zmm(register), zmm(scratch));
    }
  }

  /** Brings each element's partner of this step beside it: lanes first, then within lanes. */
  private static void rotate(VectorAssembler a, int register, int scratch, int step) {
    int pattern = step % 2 == 0 ? SWAP_HALVES : SWAP_NEIGHBOURS;
    if (step < 2) {
      a.vshuff32x4(zmm(scratch), zmm(register), zmm(register), pattern);
    } else {
      a.vpshufd(zmm(scratch), zmm(register), pattern);
    }
  }
}
