package io.maque.kernel.scalar;

import io.maque.kernel.RmsNorm;
import io.maque.kernel.RmsNormContract;

class RmsNormScalarTest extends RmsNormContract {

  @Override
  protected RmsNorm kernel() {
    return new ScalarProvider().rmsNorm().orElseThrow();
  }
}
