package io.maque.kernel.vector;

import io.maque.kernel.LayerNorm;
import io.maque.kernel.LayerNormContract;

class LayerNormVectorTest extends LayerNormContract {

  @Override
  protected LayerNorm kernel() {
    return new VectorProvider().layerNorm().orElseThrow();
  }
}
