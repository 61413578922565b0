package io.maque.kernel.scalar;

import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.PlainActivationContract;

class PlainActivationScalarTest extends PlainActivationContract {

  @Override
  protected PlainActivation kernel(Activation activation) {
    return new ScalarProvider().plainActivation(activation).orElseThrow();
  }
}
