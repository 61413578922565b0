package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import java.util.function.IntFunction;

/**
 * Turns sixteen rows of eight 32-bit elements by a quarter: register {@code j} of the result holds
 * element {@code j} of rows 0 to 15.
 *
 * <p>Register {@code i} holds two rows, {@link #low} and {@link #high}, one in each half; that
 * order is what the last step leaves sorted. Three steps of eight shuffles: 32-bit pairs, 64-bit
 * pairs, 128-bit lanes.
 */
final class Transpose {
  private static final int REGISTERS = 8;

  /** Lanes 0 and 2 of both operands. */
  private static final int EVEN_LANES = 0b10_00_10_00;

  /** Lanes 1 and 3 of both operands. */
  private static final int ODD_LANES = 0b11_01_11_01;

  private Transpose() {}

  /** The row in the low half of register {@code i}. */
  static int low(int i) {
    return i < 4 ? i : i + 4;
  }

  /** The row in the high half of register {@code i}. */
  static int high(int i) {
    return low(i) + 4;
  }

  /**
   * Transposes zmm{@code from} to zmm{@code from+7} and stores the result.
   *
   * @param scratch first of eight registers that are overwritten, as are the inputs
   * @param target where element {@code j} of all rows goes
   */
  static void store(VectorAssembler a, int from, int scratch, IntFunction<Memory> target) {
    for (int i = 0; i < REGISTERS; i += 2) {
      a.vpunpckldq(zmm(scratch + i), zmm(from + i), zmm(from + i + 1));
      a.vpunpckhdq(zmm(scratch + i + 1), zmm(from + i), zmm(from + i + 1));
    }
    for (int half = 0; half < REGISTERS; half += 4) {
      for (int i = 0; i < 2; i++) {
        int a0 = scratch + half + i;
        a.vpunpcklqdq(zmm(from + half + 2 * i), zmm(a0), zmm(a0 + 2));
        a.vpunpckhqdq(zmm(from + half + 2 * i + 1), zmm(a0), zmm(a0 + 2));
      }
    }
    for (int j = 0; j < 4; j++) {
      a.vshuff32x4(zmm(scratch + j), zmm(from + j), zmm(from + j + 4), EVEN_LANES);
      a.vshuff32x4(zmm(scratch + j + 4), zmm(from + j), zmm(from + j + 4), ODD_LANES);
    }
    for (int j = 0; j < REGISTERS; j++) {
      a.vmovups(target.apply(j), zmm(scratch + j));
    }
  }
}
