package io.maque.kernel.scalar;

import io.maque.kernel.Maxima;
import io.maque.kernel.MaximaContract;

class MaximaScalarTest extends MaximaContract {

  @Override
  protected Maxima kernel() {
    return new ScalarProvider().maxima().orElseThrow();
  }
}
