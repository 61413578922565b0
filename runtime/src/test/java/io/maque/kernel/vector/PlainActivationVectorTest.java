package io.maque.kernel.vector;

import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.PlainActivationContract;

class PlainActivationVectorTest extends PlainActivationContract {

  @Override
  protected PlainActivation kernel(Activation activation) {
    return new VectorProvider().plainActivation(activation).orElseThrow();
  }
}
