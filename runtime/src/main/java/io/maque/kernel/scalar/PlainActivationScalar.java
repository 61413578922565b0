package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import java.lang.foreign.MemorySegment;

/** {@link PlainActivation} as it is written, in double precision. */
final class PlainActivationScalar implements PlainActivation {
  private final Activation activation;

  PlainActivationScalar(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return activation.kernelName() + "Scalar";
  }

  @Override
  public void apply(MemorySegment x, long offset, int count) {
    for (int i = 0; i < count; i++) {
      double activated = ActivationFunctions.apply(activation, Floats.get(x, offset, i));
      Floats.set(x, offset, i, (float) activated);
    }
  }
}
