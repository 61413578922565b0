package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;

/** {@link GatedActivation} as it is written, the activation in double precision. */
final class GatedActivationScalar implements GatedActivation {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private final Activation activation;

  GatedActivationScalar(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return (activation == Activation.SILU ? "SiluGate" : "GeluTanhGate") + "Scalar";
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    for (int i = 0; i < count; i++) {
      double activated = activate(Floats.get(gate, gateOffset, i));
      Floats.set(gate, gateOffset, i, (float) (activated * Floats.get(up, upOffset, i)));
    }
  }

  private double activate(double x) {
    return switch (activation) {
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
    };
  }
}
