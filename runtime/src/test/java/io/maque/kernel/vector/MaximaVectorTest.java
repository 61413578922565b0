package io.maque.kernel.vector;

import io.maque.kernel.Maxima;
import io.maque.kernel.MaximaContract;

class MaximaVectorTest extends MaximaContract {

  @Override
  protected Maxima kernel() {
    return new VectorProvider().maxima().orElseThrow();
  }
}
