package io.maque.kernel.jit;

import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Activation;

/**
 * The activation functions as idioms on a register of f32: {@code x / (1 + exp(-t))} with {@code t
 * = x} for SiLU, and for GELU's tanh form, as {@code 1 + tanh u = 2 / (1 + exp(-2u))}, with {@code
 * t = 2·√(2/π)·(x + 0.044715·x³)}.
 */
final class ActivationCode {
  private static final float TWO_SQRT_2_OVER_PI = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = 0.044715f;

  private final Isa isa;
  private final VectorAssembler a;
  private final Constants constants;

  ActivationCode(Isa isa, VectorAssembler a, Constants constants) {
    this.isa = isa;
    this.a = a;
    this.constants = constants;
  }

  static String name(Activation activation) {
    return switch (activation) {
      case SILU -> "Silu";
      case GELU_TANH -> "GeluTanh";
    };
  }

  /** Activates register 0; overwrites registers 1 to 4. */
  void emit(Activation activation) {
    Vec x = isa.v(0);
    Vec exponent = isa.v(1);
    Vec scratch = isa.v(2);
    a.vxorps(exponent, exponent, exponent);
    switch (activation) {
      case SILU -> a.vsubps(exponent, exponent, x);
      case GELU_TANH -> {
        a.vmulps(scratch, x, x);
        a.vmulps(scratch, scratch, x);
        a.vmulps(scratch, scratch, constants.floats(CUBIC));
        a.vaddps(scratch, scratch, x);
        a.vfnmadd231ps(exponent, scratch, constants.floats(TWO_SQRT_2_OVER_PI));
      }
    }
    new Exponential(a, constants).emit(exponent, scratch, isa.v(3), isa.v(4));
    a.vaddps(exponent, exponent, constants.floats(1));
    a.vdivps(x, x, exponent);
  }
}
