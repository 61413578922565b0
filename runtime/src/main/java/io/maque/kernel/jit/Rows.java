package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;

import io.maque.asm.Gp;
import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;

/**
 * The weight rows of a panel, which lie a stride apart, and how sixteen bytes of each get into
 * registers: as a <em>quad</em>, four registers of which register {@code i} holds row {@code 4l +
 * i} in 128-bit lane {@code l}.
 *
 * <pre>
 *   rdi, r9, r10, r11   rows 0, 4, 8, 12: a lane each
 *   rdx                 stride
 *   rax                 3 · stride
 * </pre>
 */
final class Rows {
  private static final Gp[] BASES = {rdi, r9, r10, r11};

  private final VectorAssembler a;
  private final Isa isa;

  Rows(VectorAssembler a, Isa isa) {
    this.a = a;
    this.isa = isa;
  }

  /** From rdi, the first row, and rdx. */
  void setUp() {
    a.lea(rax, Memory.mem(rdx, rdx, 2, 0));
    for (int lane = 1; lane < isa.lanes(); lane++) {
      a.lea(BASES[lane], Memory.mem(BASES[lane - 1], rdx, 4, 0));
    }
  }

  /** Loads the sixteen bytes at {@code displacement} of the current block of all rows. */
  void load(int quad, int displacement) {
    for (int i = 0; i < 4; i++) {
      a.vmovups(xmm(quad + i), at(0, i, displacement));
      a.vinserti128(ymm(quad + i), ymm(quad + i), at(1, i, displacement), 1);
      for (int lane = 2; lane < isa.lanes(); lane++) {
        a.vinserti32x4(isa.v(quad + i), isa.v(quad + i), at(lane, i, displacement), lane);
      }
    }
  }

  /**
   * Turns the 4 × 4 32-bit elements of each lane by a quarter: register {@code j} then holds
   * element {@code j} of all rows in order. Two steps: 32-bit pairs, 64-bit pairs.
   *
   * @param scratch first of four registers that are overwritten
   * @param elements how many elements are wanted, 1 to 4
   */
  void transpose(int quad, int scratch, int elements) {
    for (int i = 0; i < 4; i += 2) {
      a.vpunpckldq(isa.v(scratch + i), isa.v(quad + i), isa.v(quad + i + 1));
      if (elements > 2) {
        a.vpunpckhdq(isa.v(scratch + i + 1), isa.v(quad + i), isa.v(quad + i + 1));
      }
    }
    for (int j = 0; j < elements; j++) {
      int pairs = scratch + j / 2;
      if (j % 2 == 0) {
        a.vpunpcklqdq(isa.v(quad + j), isa.v(pairs), isa.v(pairs + 2));
      } else {
        a.vpunpckhqdq(isa.v(quad + j), isa.v(pairs), isa.v(pairs + 2));
      }
    }
  }

  /** Goes to the next block of all rows. */
  void advance(int bytes) {
    for (int lane = 0; lane < isa.lanes(); lane++) {
      a.add(BASES[lane], bytes);
    }
  }

  /** Byte {@code displacement} of the current block of row {@code 4 · lane + i}. */
  private static Memory at(int lane, int i, int displacement) {
    Gp base = BASES[lane];
    return switch (i) {
      case 0 -> Memory.mem(base, displacement);
      case 1 -> Memory.mem(base, rdx, 1, displacement);
      case 2 -> Memory.mem(base, rdx, 2, displacement);
      default -> Memory.mem(base, rax, 1, displacement);
    };
  }
}
