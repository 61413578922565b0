package io.maque.kernel.jit;

import io.maque.kernel.Maxima;
import io.maque.kernel.MaximaContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class MaximaAvx512VnniTest extends MaximaContract {

  @Override
  protected Maxima kernel() {
    return JitProvider.avx512Vnni().maxima().orElseThrow();
  }
}
