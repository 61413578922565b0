package io.maque.kernel.vector;

import io.maque.kernel.Softmax;
import io.maque.kernel.SoftmaxContract;

class SoftmaxVectorTest extends SoftmaxContract {

  @Override
  protected Softmax kernel() {
    return new VectorProvider().softmax().orElseThrow();
  }
}
