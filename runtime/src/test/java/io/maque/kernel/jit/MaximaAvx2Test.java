package io.maque.kernel.jit;

import io.maque.kernel.Maxima;
import io.maque.kernel.MaximaContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class MaximaAvx2Test extends MaximaContract {

  @Override
  protected Maxima kernel() {
    return JitProvider.avx2().maxima().orElseThrow();
  }
}
