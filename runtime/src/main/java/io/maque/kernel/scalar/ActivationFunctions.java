package io.maque.kernel.scalar;

import io.maque.kernel.Activation;

/** The activation functions as they are written, in double precision. */
final class ActivationFunctions {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  /** Beyond this, erf is 1 to all digits of a double. */
  private static final double ERF_IS_ONE = 6;

  private ActivationFunctions() {}

  static double apply(Activation activation, double x) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU -> 0.5 * x * (1 + erf(x / Math.sqrt(2)));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
      case GELU_QUICK -> x / (1 + Math.exp(-1.702 * x));
    };
  }

  /**
   * {@code 2/√π · exp(-x²) · Σₙ 2ⁿx²ⁿ⁺¹/(1·3·…·(2n+1))} (Abramowitz and Stegun, 7.1.6), whose terms
   * have one sign.
   */
  private static double erf(double x) {
    if (Math.abs(x) > ERF_IS_ONE) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
