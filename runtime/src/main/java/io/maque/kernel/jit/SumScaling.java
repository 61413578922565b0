package io.maque.kernel.jit;

import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.util.function.IntFunction;

/**
 * The idiom that ends a panel block, whatever formed its integer sums: scaled, they are added to a
 * token's accumulator, in the order that {@link PanelKind} defines.
 */
final class SumScaling {
  private final VectorAssembler a;
  private final Panel panel;
  private final int planes;
  private final Registers registers;
  private final IntFunction<Memory> panelScales;
  private final Activations x;

  /**
   * @param accumulators one for each token
   * @param scales as many as {@link PanelKind#scales} says, or {@link #IN_MEMORY}
   * @param scratch a register that is overwritten
   */
  record Registers(int accumulators, int scales, int scratch) {
    /** Where too few registers are left, scales are read for each token. */
    static final int IN_MEMORY = -1;
  }

  /** Where something of a token's block of activations is. */
  @FunctionalInterface
  interface Activations {
    Memory at(int token, int displacement);
  }

  /**
   * @param panelScales where row {@code i} of the block's scales is
   */
  SumScaling(
      VectorAssembler a,
      Panel panel,
      Registers registers,
      IntFunction<Memory> panelScales,
      Activations x) {
    this.a = a;
    this.panel = panel;
    this.planes = panel.activationPlanes();
    this.registers = registers;
    this.panelScales = panelScales;
    this.x = x;
  }

  /** At the beginning of a block. */
  void loadScales() {
    if (hasScaleRegisters()) {
      for (int i = 0; i < panel.kind().scales(); i++) {
        a.vmovups(v(registers.scales() + i), panelScales.apply(i));
      }
    }
  }

  /**
   * Adds sums to a token's accumulator, and overwrites them.
   *
   * @param second of columns 16 to 31, where they have scales of their own
   */
  void add(int token, int sum, int second) {
    addScaled(token, sum, 0);
    switch (panel.kind()) {
      case SCALED -> {}
      case SCALED_MIN -> addMinimum(token);
      case SCALED_HALVES -> addScaled(token, second, 1);
      case SCALED_MIN_HALVES -> {
        addScaled(token, second, 1);
        loadNegatedSums(token, sum, second);
        addScaled(token, sum, 2);
        addScaled(token, second, 3);
      }
    }
  }

  /** {@code -Σ q} of columns 0 to 15 and of 16 to 31. */
  void loadNegatedSums(int token, int sum, int second) {
    a.vpbroadcastd(v(sum), x.at(token, QuantisedActivations.n16(planes)));
    a.vpbroadcastd(v(second), x.at(token, QuantisedActivations.n32(planes)));
    a.vpsubd(v(second), v(second), v(sum));
  }

  /** {@code accumulator += (scale · d) · sum}. */
  private void addScaled(int token, int sum, int scale) {
    a.vcvtdq2ps(v(sum), v(sum));
    Memory d = x.at(token, QuantisedActivations.d(planes));
    if (hasScaleRegisters()) {
      a.vmulps(v(registers.scratch()), v(registers.scales() + scale), d.broadcasting());
    } else {
      a.vbroadcastss(v(registers.scratch()), d);
      a.vmulps(v(registers.scratch()), v(registers.scratch()), panelScales.apply(scale));
    }
    a.vfmadd231ps(v(registers.accumulators() + token), v(registers.scratch()), v(sum));
  }

  /** {@code accumulator += second scale · Σ x}. */
  private void addMinimum(int token) {
    Vec accumulator = v(registers.accumulators() + token);
    Memory sum = x.at(token, QuantisedActivations.sum(planes));
    if (hasScaleRegisters()) {
      a.vfmadd231ps(accumulator, v(registers.scales() + 1), sum.broadcasting());
    } else {
      a.vbroadcastss(v(registers.scratch()), sum);
      a.vfmadd231ps(accumulator, v(registers.scratch()), panelScales.apply(1));
    }
  }

  private boolean hasScaleRegisters() {
    return registers.scales() != Registers.IN_MEMORY;
  }

  private Vec v(int number) {
    return panel.v(number);
  }
}
