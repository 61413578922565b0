package io.maque.kernel.scalar;

import io.maque.kernel.LayerNorm;
import io.maque.kernel.LayerNormContract;

class LayerNormScalarTest extends LayerNormContract {

  @Override
  protected LayerNorm kernel() {
    return new ScalarProvider().layerNorm().orElseThrow();
  }
}
