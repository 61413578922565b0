package io.maque.kernel.jit;

import io.maque.kernel.LayerNorm;
import io.maque.kernel.LayerNormContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class LayerNormAvx512VnniTest extends LayerNormContract {

  @Override
  protected LayerNorm kernel() {
    return JitProvider.avx512Vnni().layerNorm().orElseThrow();
  }
}
