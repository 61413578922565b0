package io.maque.kernel.scalar;

import io.maque.kernel.Softmax;
import io.maque.kernel.SoftmaxContract;

class SoftmaxScalarTest extends SoftmaxContract {

  @Override
  protected Softmax kernel() {
    return new ScalarProvider().softmax().orElseThrow();
  }
}
