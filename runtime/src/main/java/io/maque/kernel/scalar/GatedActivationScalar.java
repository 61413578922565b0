package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import java.lang.foreign.MemorySegment;

/** {@link GatedActivation} as it is written, the activation in double precision. */
final class GatedActivationScalar implements GatedActivation {
  private final Activation activation;

  GatedActivationScalar(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return activation.kernelName() + "GateScalar";
  }

  @Override
  public void apply(
      MemorySegment gate, long gateOffset, MemorySegment up, long upOffset, int count) {
    for (int i = 0; i < count; i++) {
      double activated = ActivationFunctions.apply(activation, Floats.get(gate, gateOffset, i));
      Floats.set(gate, gateOffset, i, (float) (activated * Floats.get(up, upOffset, i)));
    }
  }
}
