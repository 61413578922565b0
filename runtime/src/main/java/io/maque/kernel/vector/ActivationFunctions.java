package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import jdk.incubator.vector.FloatVector;

/**
 * The activation functions by lanes. All but one are {@code x · sigmoid(z) = x / (1 + e⁻ᶻ)}: SiLU
 * with {@code z = x}; GELU's quick form with {@code z = 1.702x}; its tanh form, because {@code (1 +
 * tanh u)/2 = sigmoid(2u)}, with {@code z = 2·√(2/π)·(x + 0.044715x³)}. Their relative error is
 * below {@code (8 + |z|)·2⁻²²}; for {@code z < -87}, where the true result vanishes, the absolute
 * error is below {@code |x|·10⁻³⁷}.
 *
 * <p>GELU itself is {@code max(x, 0) - |x|·q}, {@code q} the normal distribution's tail beyond
 * {@code |x|} by a polynomial (Abramowitz and Stegun, 7.1.26), with an absolute error below {@code
 * |x|·2⁻²²}.
 */
final class ActivationFunctions {
  private static final float TANH_LINEAR = (float) (2 * Math.sqrt(2 / Math.PI));
  private static final float TANH_CUBIC = (float) (2 * Math.sqrt(2 / Math.PI) * 0.044715);
  private static final float QUICK = 1.702f;

  /** {@code p/√2}, then {@code a₁/2} to {@code a₅/2}. */
  private static final float T = (float) (0.3275911 / Math.sqrt(2));

  private static final float[] TAIL = {
    0.254829592f / 2, -0.284496736f / 2, 1.421413741f / 2, -1.453152027f / 2, 1.061405429f / 2
  };

  private ActivationFunctions() {}

  static FloatVector apply(Activation activation, FloatVector x) {
    return switch (activation) {
      case SILU -> timesSigmoid(x, x);
      case GELU -> gelu(x);
      case GELU_TANH -> timesSigmoid(x, x.mul(x).mul(TANH_CUBIC).add(TANH_LINEAR).mul(x));
      case GELU_QUICK -> timesSigmoid(x, x.mul(QUICK));
    };
  }

  private static FloatVector timesSigmoid(FloatVector x, FloatVector z) {
    return x.div(Exponential.exp(z.neg()).add(1));
  }

  private static FloatVector gelu(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector t = FloatVector.broadcast(Lanes.FLOATS, 1).div(magnitude.mul(T).add(1));
    FloatVector polynomial = FloatVector.broadcast(Lanes.FLOATS, TAIL[TAIL.length - 1]);
    for (int i = TAIL.length - 2; i >= 0; i--) {
      polynomial = polynomial.mul(t).add(TAIL[i]);
    }
    FloatVector tail = polynomial.mul(t).mul(Exponential.exp(x.mul(x).mul(-0.5f)));
    return x.max(0).sub(magnitude.mul(tail));
  }
}
