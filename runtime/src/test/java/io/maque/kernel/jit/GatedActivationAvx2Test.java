package io.maque.kernel.jit;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.GatedActivationContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class GatedActivationAvx2Test extends GatedActivationContract {

  @Override
  protected GatedActivation kernel(Activation activation) {
    return JitProvider.avx2().gatedActivation(activation).orElseThrow();
  }
}
