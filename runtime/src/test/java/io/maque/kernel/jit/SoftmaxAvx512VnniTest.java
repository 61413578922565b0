package io.maque.kernel.jit;

import io.maque.kernel.Softmax;
import io.maque.kernel.SoftmaxContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class SoftmaxAvx512VnniTest extends SoftmaxContract {

  @Override
  protected Softmax kernel() {
    return JitProvider.avx512Vnni().softmax().orElseThrow();
  }
}
