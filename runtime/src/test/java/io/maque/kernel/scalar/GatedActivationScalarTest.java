package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.GatedActivationContract;

class GatedActivationScalarTest extends GatedActivationContract {

  @Override
  protected GatedActivation kernel(Activation activation) {
    return new ScalarProvider().gatedActivation(activation).orElseThrow();
  }
}
