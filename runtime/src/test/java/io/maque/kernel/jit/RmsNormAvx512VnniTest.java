package io.maque.kernel.jit;

import io.maque.kernel.RmsNorm;
import io.maque.kernel.RmsNormContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class RmsNormAvx512VnniTest extends RmsNormContract {

  @Override
  protected RmsNorm kernel() {
    return JitProvider.avx512Vnni().rmsNorm().orElseThrow();
  }
}
