package io.maque.kernel.jit;

import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import io.maque.kernel.Activation;

/**
 * The activation functions as idioms on a register of f32. All but one are {@code x / (1 +
 * exp(-t))}: SiLU with {@code t = x}, GELU's quick form with {@code t = 1.702·x} and its tanh form,
 * as {@code 1 + tanh u = 2 / (1 + exp(-2u))}, with {@code t = 2·√(2/π)·(x + 0.044715·x³)}.
 *
 * <p>GELU itself is {@code max(x, 0) - |x|·q}, {@code q} the normal distribution's tail beyond
 * {@code |x|}: {@code exp(-x²/2)} times a polynomial in {@code 1 / (1 + p·|x|/√2)} (Abramowitz and
 * Stegun, 7.1.26), off by no more than 2⁻²³.
 */
final class ActivationCode {
  private static final float TWO_SQRT_2_OVER_PI = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float CUBIC = 0.044715f;
  private static final float QUICK = 1.702f;
  private static final float P_OVER_SQRT_2 = (float) (0.3275911 / Math.sqrt(2));

  /** Halves of a₅ to a₁. */
  private static final float[] TAIL = {
    1.061405429f / 2, -1.453152027f / 2, 1.421413741f / 2, -0.284496736f / 2, 0.254829592f / 2
  };

  private final VectorAssembler a;
  private final Constants constants;
  private final Vec x;
  private final Vec exponent;
  private final Vec scratch;
  private final Vec second;
  private final Vec third;
  private final Vec tail;

  ActivationCode(Isa isa, VectorAssembler a, Constants constants) {
    this.a = a;
    this.constants = constants;
    this.x = isa.v(0);
    this.exponent = isa.v(1);
    this.scratch = isa.v(2);
    this.second = isa.v(3);
    this.third = isa.v(4);
    this.tail = isa.v(5);
  }

  /** Activates register 0; overwrites registers 1 to 5. */
  void emit(Activation activation) {
    a.vxorps(exponent, exponent, exponent);
    switch (activation) {
      case SILU -> {
        a.vsubps(exponent, exponent, x);
        divideBySigmoid();
      }
      case GELU -> emitGelu();
      case GELU_TANH -> {
        a.vmulps(scratch, x, x);
        a.vmulps(scratch, scratch, x);
        a.vmulps(scratch, scratch, constants.floats(CUBIC));
        a.vaddps(scratch, scratch, x);
        a.vfnmadd231ps(exponent, scratch, constants.floats(TWO_SQRT_2_OVER_PI));
        divideBySigmoid();
      }
      case GELU_QUICK -> {
        a.vfnmadd231ps(exponent, x, constants.floats(QUICK));
        divideBySigmoid();
      }
    }
  }

  private void divideBySigmoid() {
    new Exponential(a, constants).emit(exponent, scratch, second, third);
    a.vaddps(exponent, exponent, constants.floats(1));
    a.vdivps(x, x, exponent);
  }

  private void emitGelu() {
    Vec magnitude = x;
    a.vmulps(exponent, x, x);
    a.vmulps(exponent, exponent, constants.floats(-0.5f));
    new Exponential(a, constants).emit(exponent, scratch, second, third);
    Vec positive = scratch;
    a.vxorps(positive, positive, positive);
    a.vmaxps(positive, positive, x);
    a.vandps(magnitude, x, constants.ints(i -> Integer.MAX_VALUE));
    Vec t = second;
    constants.loadFloats(a, t, P_OVER_SQRT_2);
    a.vfmadd213ps(t, magnitude, constants.floats(1));
    constants.loadFloats(a, third, 1);
    a.vdivps(t, third, t);
    constants.loadFloats(a, tail, TAIL[0]);
    for (int i = 1; i < TAIL.length; i++) {
      a.vfmadd213ps(tail, t, constants.floats(TAIL[i]));
    }
    a.vmulps(tail, tail, t);
    a.vmulps(tail, tail, exponent);
    a.vmulps(tail, tail, magnitude);
    a.vsubps(x, positive, tail);
  }
}
