package io.maque.kernel.jit;

import io.maque.kernel.Activation;
import io.maque.kernel.GatedActivation;
import io.maque.kernel.GatedActivationContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class GatedActivationAvx512VnniTest extends GatedActivationContract {

  @Override
  protected GatedActivation kernel(Activation activation) {
    return JitProvider.avx512Vnni().gatedActivation(activation).orElseThrow();
  }
}
