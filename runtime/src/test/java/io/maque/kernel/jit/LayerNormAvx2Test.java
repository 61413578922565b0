package io.maque.kernel.jit;

import io.maque.kernel.LayerNorm;
import io.maque.kernel.LayerNormContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class LayerNormAvx2Test extends LayerNormContract {

  @Override
  protected LayerNorm kernel() {
    return JitProvider.avx2().layerNorm().orElseThrow();
  }
}
