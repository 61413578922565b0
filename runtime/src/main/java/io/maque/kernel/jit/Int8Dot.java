package io.maque.kernel.jit;

import io.maque.asm.Memory;
import io.maque.asm.VectorAssembler;
import java.util.function.IntFunction;

/**
 * The idiom in which instruction sets differ: {@code sum += Σ value · q} over registers of a panel
 * block, for all rows at once. The sum is exact in each of its forms:
 *
 * <pre>
 *   AVX512_VNNI                AVX_VNNI               AVX2                  AVX2, signed values
 *   vpdpbusd s, w, [q]{1to16}  vpbroadcastd x, [q]    vpbroadcastd x, [q]   vpbroadcastd p, [q]
 *                              {vex} vpdpbusd s, w, x vpmaddubsw x, w, x    vpsignb p, p, [w]
 *                                                     vpaddw p, p, x        vpmaddubsw p, |w|, p
 *                                                     now and then:         vpmaddwd p, p, ones
 *                                                     vpmaddwd p, p, ones   vpaddd s, s, p
 *                                                     vpaddd s, s, p
 * </pre>
 */
final class Int8Dot {
  /** Largest magnitude of an activation; see {@link QuantisedActivations}. */
  private static final int MAX_Q = 127;

  private final VectorAssembler a;
  private final Panel panel;
  private final int x;
  private final int products;
  private final int ones;
  private final Memory onesConstant;

  /**
   * Values are expected in registers 0 to 7, {@link #loadValues}.
   *
   * @param x a register for activations
   * @param products a register for sums of 16 bits
   * @param ones a register for a constant, unless the halves of a block are summed apart
   */
  Int8Dot(VectorAssembler a, Panel panel, Constants constants, int x, int products, int ones) {
    this.a = a;
    this.panel = panel;
    this.x = x;
    this.products = products;
    this.ones = ones;
    this.onesConstant = constants.ints(i -> 0x0001_0001);
  }

  /** Before the first block. */
  void loadConstants() {
    if (keepsOnes()) {
      a.vmovups(panel.v(ones), onesConstant);
    }
  }

  private boolean keepsOnes() {
    return !panel.isa().hasVnni() && !panel.kind().hasHalves();
  }

  /** Loads the values of a block, or the magnitudes of signed ones. */
  void loadValues(IntFunction<Memory> values) {
    for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
      if (panel.signedValues()) {
        a.vpabsb(panel.v(j), values.apply(j));
      } else {
        a.vmovups(panel.v(j), values.apply(j));
      }
    }
  }

  /**
   * Adds the products of value registers {@code [from, to)}.
   *
   * @param q where the four activations are that register {@code j} is multiplied with
   * @param values where register {@code j} was loaded from
   */
  void add(int sum, int from, int to, IntFunction<Memory> q, IntFunction<Memory> values) {
    switch (panel.isa()) {
      case AVX512_VNNI -> {
        for (int j = from; j < to; j++) {
          a.vpdpbusd(panel.v(sum), panel.v(j), q.apply(j).broadcasting());
        }
      }
      case AVX_VNNI -> {
        for (int j = from; j < to; j++) {
          a.vpbroadcastd(panel.v(x), q.apply(j));
          a.vpdpbusd(panel.v(sum), panel.v(j), panel.v(x));
        }
      }
      case AVX2 -> addThrough16Bits(sum, from, to, q, values);
      case AMX -> throw new IllegalStateException("tiles have a product of their own: TileProduct");
    }
  }

  /**
   * {@code vpmaddubsw} adds two products in 16 bits. As many of its results are added up there as
   * cannot overflow, before {@code vpmaddwd} adds pairs of them in 32 bits. Signed values give
   * their sign to the activation, as {@code vpmaddubsw} wants one operand unsigned: |w| · sign(q).
   */
  private void addThrough16Bits(
      int sum, int from, int to, IntFunction<Memory> q, IntFunction<Memory> values) {
    int largestValue = panel.signedValues() ? 128 : (1 << panel.valueBits()) - 1;
    int addends = Short.MAX_VALUE / (2 * MAX_Q * largestValue);
    for (int j = from; j < to; j++) {
      boolean first = (j - from) % addends == 0;
      boolean last = (j - from) % addends == addends - 1 || j == to - 1;
      int target = first ? products : x;
      a.vpbroadcastd(panel.v(target), q.apply(j));
      if (panel.signedValues()) {
        a.vpsignb(panel.v(target), panel.v(target), values.apply(j));
      }
      a.vpmaddubsw(panel.v(target), panel.v(j), panel.v(target));
      if (!first) {
        a.vpaddw(panel.v(products), panel.v(products), panel.v(x));
      }
      if (last) {
        addPairs();
        a.vpaddd(panel.v(sum), panel.v(sum), panel.v(products));
      }
    }
  }

  private void addPairs() {
    if (keepsOnes()) {
      a.vpmaddwd(panel.v(products), panel.v(products), panel.v(ones));
    } else {
      a.vpmaddwd(panel.v(products), panel.v(products), onesConstant);
    }
  }
}
