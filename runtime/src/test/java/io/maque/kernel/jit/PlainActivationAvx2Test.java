package io.maque.kernel.jit;

import io.maque.kernel.Activation;
import io.maque.kernel.PlainActivation;
import io.maque.kernel.PlainActivationContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class PlainActivationAvx2Test extends PlainActivationContract {

  @Override
  protected PlainActivation kernel(Activation activation) {
    return JitProvider.avx2().plainActivation(activation).orElseThrow();
  }
}
