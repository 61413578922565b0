package io.maque.kernel.jit;

import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;

/**
 * The idioms "sum" and "maximum of all elements, in every element": halves of a register are
 * brought together, then halves of those, down to neighbours.
 */
final class Reductions {
  private static final int SWAP_HALVES = 0b01_00_11_10;
  private static final int SWAP_NEIGHBOURS = 0b10_11_00_01;

  private Reductions() {}

  static void sum(VectorAssembler a, Vec register, Vec scratch) {
    for (int elements = register.bytes() / Float.BYTES; elements > 1; elements /= 2) {
      swap(a, register, scratch, elements);
      a.vaddps(register, register, scratch);
    }
  }

  static void max(VectorAssembler a, Vec register, Vec scratch) {
    for (int elements = register.bytes() / Float.BYTES; elements > 1; elements /= 2) {
      swap(a, register, scratch, elements);
      a.vmaxps(register, register, scratch);
    }
  }

  /** Swaps the halves of each group of {@code elements}. */
  private static void swap(VectorAssembler a, Vec register, Vec scratch, int elements) {
    switch (elements) {
      case 16 -> a.vshuff32x4(scratch, register, register, SWAP_HALVES);
      case 8 -> a.vpermq(scratch, register, SWAP_HALVES);
      case 4 -> a.vpshufd(scratch, register, SWAP_HALVES);
      default -> a.vpshufd(scratch, register, SWAP_NEIGHBOURS);
    }
  }
}
