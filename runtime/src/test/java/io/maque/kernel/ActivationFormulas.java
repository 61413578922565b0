package io.maque.kernel;

/** The activation functions in double precision, and how far kernels may be off. */
final class ActivationFormulas {
  private static final int INTERVALS = 2000;

  private ActivationFormulas() {}

  static double apply(Activation activation, double x) {
    return activation == Activation.GELU ? x * normal(x) : x / (1 + Math.exp(-z(activation, x)));
  }

  /**
   * Largest error. {@code 1 + tanh} cancels in double precision to 1e-16; a relative error of z is
   * an absolute one of the exponent, for as long as that matters. GELU's tail is a polynomial with
   * an absolute error.
   */
  static double bound(Activation activation, double x) {
    double rounding = (8 + Math.min(Math.abs(z(activation, x)), 90)) * 0x1p-22;
    double relative = rounding * Math.abs(apply(activation, x)) + Math.abs(x) * 1e-15;
    return activation == Activation.GELU ? relative + Math.abs(x) * 0x1p-22 : relative;
  }

  private static double z(Activation activation, double x) {
    return switch (activation) {
      case SILU, GELU -> x;
      case GELU_TANH -> 2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      case GELU_QUICK -> 1.702 * x;
    };
  }

  /** The normal distribution: its density, integrated from 0 by Simpson's rule. */
  private static double normal(double x) {
    double end = Math.clamp(x, -9, 9);
    double step = end / INTERVALS;
    double sum = density(0) + density(end);
    for (int i = 1; i < INTERVALS; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * density(i * step);
    }
    return 0.5 + sum * step / 3;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
