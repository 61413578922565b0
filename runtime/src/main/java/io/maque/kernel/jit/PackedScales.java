package io.maque.kernel.jit;

import static io.maque.kernel.jit.PanelPacker.HIGH;
import static io.maque.kernel.jit.PanelPacker.LOW;
import static io.maque.kernel.jit.PanelPacker.SCRATCH;

import io.maque.asm.Memory;

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
final class PackedScales {
  private static final int D = LOW;
  private static final int DMIN = SCRATCH + 2;

  /** Four registers of four 6-bit numbers in each element: sc0-3, sc4-7, mn0-3, mn4-7. */
  private static final int NUMBERS = HIGH;

  private final PanelPacker p;
  private final Memory sixBits;
  private final Memory upperBits;
  private final Memory nibbles;
  private final Memory lowByte;
  private final Memory signs;

  PackedScales(PanelPacker p) {
    this.p = p;
    this.sixBits = p.constants.bytes(i -> 0x3F);
    this.upperBits = p.constants.bytes(i -> 0x30);
    this.nibbles = p.constants.bytes(i -> 0x0F);
    this.lowByte = p.constants.ints(i -> 0xFF);
    this.signs = p.constants.ints(i -> Integer.MIN_VALUE);
  }

  /** Stores the scales and negated minimums of a block of all rows; uses registers 0 to 11. */
  void store() {
    p.loadElements(LOW, 0, 4);
    for (int second = 0; second < 2; second++) {
      unpackNumbers(second);
    }
    p.highHalvesToFloats(DMIN, LOW);
    p.a.vxorps(p.v(DMIN), p.v(DMIN), signs);
    p.lowHalvesToFloats(D, LOW);
    for (int block = 0; block < 8; block++) {
      int shift = 8 * (block % 4);
      p.storeProduct(NUMBERS + block / 4, shift, lowByte, D, p.scales(block, 0));
      p.storeProduct(NUMBERS + 2 + block / 4, shift, lowByte, DMIN, p.scales(block, 1));
    }
  }

  /** Scales, or minimums when {@code second} is 1. */
  private void unpackNumbers(int second) {
    int word = LOW + 1 + second;
    int four = NUMBERS + 2 * second;
    int upper = SCRATCH;
    p.a.vandps(p.v(four), p.v(word), sixBits);
    p.a.vpsrld(p.v(upper), p.v(word), 2);
    p.a.vandps(p.v(upper), p.v(upper), upperBits);
    if (second == 1) {
      p.a.vpsrld(p.v(LOW + 3), p.v(LOW + 3), 4);
    }
    p.a.vandps(p.v(four + 1), p.v(LOW + 3), nibbles);
    p.a.vorps(p.v(four + 1), p.v(four + 1), p.v(upper));
  }
}
