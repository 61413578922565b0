package io.maque.kernel.jit;

import static io.maque.asm.Vec.xmm;
import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;

/**
 * The idiom of Q4_K and Q5_K: eight 6-bit scales and eight 6-bit minimums in twelve bytes, times
 * the block's d and dmin, as two rows of scales for each of eight panel blocks.
 *
 * <pre>
 *   words        u0       u1       u2
 *   low six      sc0-3    mn0-3
 *   nibbles                        sc4-7 (low), mn4-7 (high)
 *   upper bits   of sc4-7 of mn4-7
 * </pre>
 */
final class PackedScales {
  private static final int D_AND_DMIN = 0;
  private static final int SCALES = 4;

  /** Constant registers; {@link Nibbles} is not used beside them. */
  private static final int SIX_BITS = 30;

  private static final int UPPER_BITS = 29;
  private static final int FACTOR_ORDER = 28;
  private static final int NEGATE_MINIMUMS = 27;
  private static final int NIBBLE_BITS = 26;
  private static final int NIBBLE_SHIFTS = 25;

  private PackedScales() {}

  static void loadConstants(VectorAssembler a, Constants constants) {
    constants.loadInts(a, zmm(SIX_BITS), i -> 0x3F3F3F3F);
    constants.loadInts(a, zmm(UPPER_BITS), i -> 0x30303030);
    constants.loadInts(a, zmm(NIBBLE_BITS), i -> 0x0F0F0F0F);
    constants.loadInts(a, zmm(NIBBLE_SHIFTS), i -> i == 1 ? 4 : 0);
    constants.loadInts(a, zmm(FACTOR_ORDER), i -> i / 8);
    constants.loadInts(a, zmm(NEGATE_MINIMUMS), i -> i < 8 ? 0 : 0x80000000);
  }

  /** Stores the scales and negated minimums of a block of all rows; uses zmm0 to zmm23. */
  static void store(VectorAssembler a, PanelPacker packer) {
    for (int i = 0; i < 8; i++) {
      loadRow(a, 16, Transpose.low(i));
      loadRow(a, 17, Transpose.high(i));
      a.vinserti64x4(zmm(i), zmm(16), ymm(17), 1);
      a.vshuff32x4(zmm(8 + i), zmm(16), zmm(17), 0b11_10_11_10);
    }
    Transpose.store(a, 0, 16, j -> packer.scales(j, 0));
    Transpose.store(a, 8, 16, j -> packer.scales(j, 1));
  }

  /** d · scale 0 to 7, then -dmin · minimum 0 to 7, of one row. */
  private static void loadRow(VectorAssembler a, int target, int row) {
    int high = 20;
    int upper = 21;
    int factors = 22;
    a.vmovups(xmm(target), Rows.at(row, SCALES));
    a.vpshufd(xmm(high), xmm(target), 0b10_10_10_10);
    a.vpsrlvd(xmm(high), xmm(high), xmm(NIBBLE_SHIFTS));
    a.vpandd(xmm(high), xmm(high), xmm(NIBBLE_BITS));
    a.vpsrld(xmm(upper), xmm(target), 2);
    a.vpandd(xmm(upper), xmm(upper), xmm(UPPER_BITS));
    a.vpord(xmm(high), xmm(high), xmm(upper));
    a.vpandd(xmm(target), xmm(target), xmm(SIX_BITS));
    a.vpunpckldq(xmm(target), xmm(target), xmm(high));
    a.vpmovzxbd(zmm(target), xmm(target));
    a.vcvtdq2ps(zmm(target), zmm(target));
    a.vpbroadcastd(xmm(factors), Rows.at(row, D_AND_DMIN));
    a.vcvtph2ps(xmm(factors), xmm(factors));
    a.vpermps(zmm(factors), zmm(FACTOR_ORDER), zmm(factors));
    a.vpxord(zmm(factors), zmm(factors), zmm(NEGATE_MINIMUMS));
    a.vmulps(zmm(target), zmm(target), zmm(factors));
  }
}
