package io.maque.kernel.jit;

import static io.maque.asm.Gp.*;
import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

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

  /** Bytes of a row that {@link #loadWide} reads. */
  static final int WIDE_BYTES = 32;

  /**
   * Targets of {@link #loadWide} for scratch registers from 8 on: each is free when it is written.
   */
  static final int[] IN_PLACE = {8, 0, 1, 2, 4, 5, 6, 7};

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

  /**
   * Loads the 32 bytes at {@code displacement} of the current block of sixteen rows into zmm0 to
   * zmm7 and turns them: {@code targets[j]} then holds element {@code j} of all rows in order. A
   * load costs as much as one of sixteen bytes, and brings twice as much.
   *
   * @param scratch first of four registers that are overwritten
   * @param targets registers for as many elements as are wanted, 4 to 8; other than zmm0 to zmm7
   *     and the scratch ones, or {@link #IN_PLACE}
   */
  void loadWide(int displacement, int scratch, int[] targets) {
    for (int i = 0; i < 4; i++) {
      for (int quad = 0; quad < 2; quad++) {
        int to = 4 * quad + i;
        a.vmovups(ymm(to), at(2 * quad, i, displacement));
        a.vinserti64x4(zmm(to), zmm(to), at(2 * quad + 1, i, displacement), 1);
      }
    }
    // Each lane of a quad now has four elements of four rows; lanes 0 and 2 elements 0 to 3.
    transpose(0, scratch, 4);
    transpose(4, scratch, 4);
    for (int j = 0; j < 4; j++) {
      a.vshuff32x4(zmm(targets[j]), zmm(j), zmm(4 + j), 0b10_00_10_00);
      if (4 + j < targets.length) {
        a.vshuff32x4(zmm(targets[4 + j]), zmm(j), zmm(4 + j), 0b11_01_11_01);
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
