package io.maque.kernel.jit;

import io.maque.kernel.Softmax;
import io.maque.kernel.SoftmaxContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class SoftmaxAvx2Test extends SoftmaxContract {

  @Override
  protected Softmax kernel() {
    return JitProvider.avx2().softmax().orElseThrow();
  }
}
