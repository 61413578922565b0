package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;
import static io.maque.kernel.jit.arm64.NeonPacker.HIGH;
import static io.maque.kernel.jit.arm64.NeonPacker.LOW;
import static io.maque.kernel.jit.arm64.NeonPacker.SCRATCH;
import static io.maque.kernel.jit.arm64.NeonPacker.THIRD;

import io.maque.asm.arm64.NeonAssembler;

/**
 * The idiom of Q4_K and Q5_K: the first sixteen bytes of a block are d and dmin, eight 6-bit scales
 * and eight 6-bit minimums; they become two rows of scales for each of eight panel blocks.
 *
 * <pre>
 *   words        0        1        2        3
 *   halves       d, dmin
 *   low six               sc0-3    mn0-3
 *   nibbles                                 sc4-7 (low), mn4-7 (high)
 *   upper bits            of sc4-7 of mn4-7
 * </pre>
 */
final class NeonPackedScales {
  private static final int D = THIRD;
  private static final int DMIN = THIRD + 2;

  /** Four registers of four 6-bit numbers in each word, rows 0 to 3: sc0-3, sc4-7, mn0-3, mn4-7. */
  private static final int NUMBERS = HIGH;

  private static final int SIX_BITS = SCRATCH + 1;
  private static final int UPPER_BITS = SCRATCH + 2;
  private static final int NIBBLE = SCRATCH + 3;

  private final NeonPacker p;
  private final NeonAssembler a;

  NeonPackedScales(NeonPacker p) {
    this.p = p;
    this.a = p.a;
  }

  /** Stores the scales and negated minimums of a block of all rows; uses registers 0 to 27. */
  void store() {
    p.loadTurned(LOW, 0);
    a.movi(v(SIX_BITS).b16(), 0x3F);
    a.movi(v(UPPER_BITS).b16(), 0x30);
    a.movi(v(NIBBLE).b16(), 0x0F);
    for (int group = 0; group < NeonPanel.ROW_GROUPS; group++) {
      unpackNumbers(LOW + 4 * group, NUMBERS + 4 * group);
      unpackHalves(LOW + 4 * group, group);
    }
    for (int block = 0; block < 8; block++) {
      int from = 8 * (block % 4);
      p.storeScale(NUMBERS + block / 4, from, 8, false, D, block, 0);
      p.storeScale(NUMBERS + 2 + block / 4, from, 8, false, DMIN, block, 1);
    }
  }

  private void unpackNumbers(int words, int numbers) {
    for (int second = 0; second < 2; second++) {
      int word = words + 1 + second;
      int four = numbers + 2 * second;
      a.and(v(four).b16(), v(word).b16(), v(SIX_BITS).b16());
      a.ushr(v(SCRATCH).b16(), v(word).b16(), 2);
      a.and(v(SCRATCH).b16(), v(SCRATCH).b16(), v(UPPER_BITS).b16());
      if (second == 0) {
        a.and(v(four + 1).b16(), v(words + 3).b16(), v(NIBBLE).b16());
      } else {
        a.ushr(v(four + 1).b16(), v(words + 3).b16(), 4);
      }
      a.orr(v(four + 1).b16(), v(four + 1).b16(), v(SCRATCH).b16());
    }
  }

  private void unpackHalves(int words, int group) {
    a.xtn(v(D + group).h4(), v(words).s4());
    a.fcvtl(v(D + group).s4(), v(D + group).h4());
    a.ushr(v(DMIN + group).s4(), v(words).s4(), 16);
    a.xtn(v(DMIN + group).h4(), v(DMIN + group).s4());
    a.fcvtl(v(DMIN + group).s4(), v(DMIN + group).h4());
    a.fneg(v(DMIN + group).s4(), v(DMIN + group).s4());
  }
}
