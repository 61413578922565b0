package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;

import io.maque.asm.Gp;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * Addresses of sixteen weight rows that lie a stride apart: four base registers, four rows each.
 *
 * <pre>
 *   rdi, r9, r10, r11   rows 0, 4, 8, 12
 *   rdx                 stride
 *   rax                 3 · stride
 * </pre>
 */
final class Rows {
  private static final Gp[] BASES = {rdi, r9, r10, r11};

  private Rows() {}

  /** From rdi, the first row, and rdx. */
  static void setUp(VectorAssembler a) {
    a.lea(rax, Memory.mem(rdx, rdx, 2, 0));
    for (int i = 1; i < BASES.length; i++) {
      a.lea(BASES[i], Memory.mem(BASES[i - 1], rdx, 4, 0));
    }
  }

  /** Byte {@code displacement} of the current block of row {@code row}. */
  static Memory at(int row, int displacement) {
    Gp base = BASES[row / 4];
    return switch (row % 4) {
      case 0 -> Memory.mem(base, displacement);
      case 1 -> Memory.mem(base, rdx, 1, displacement);
      case 2 -> Memory.mem(base, rdx, 2, displacement);
      default -> Memory.mem(base, rax, 1, displacement);
    };
  }

  /** Goes to the next block of all rows. */
  static void advance(VectorAssembler a, int bytes) {
    for (Gp base : BASES) {
      a.add(base, bytes);
    }
  }
}
