package io.maque.kernel.vector;

import io.maque.kernel.RmsNorm;
import io.maque.kernel.RmsNormContract;

class RmsNormVectorTest extends RmsNormContract {

  @Override
  protected RmsNorm kernel() {
    return new VectorProvider().rmsNorm().orElseThrow();
  }
}
