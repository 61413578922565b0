package io.maque.kernel.jit;

import io.maque.kernel.RmsNorm;
import io.maque.kernel.RmsNormContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class RmsNormAvx2Test extends RmsNormContract {

  @Override
  protected RmsNorm kernel() {
    return JitProvider.avx2().rmsNorm().orElseThrow();
  }
}
