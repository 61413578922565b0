package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.GatedActivationContract;

class GatedActivationVectorTest extends GatedActivationContract {

  @Override
  protected GatedActivation kernel(Activation activation) {
    return new VectorProvider().gatedActivation(activation).orElseThrow();
  }
}
