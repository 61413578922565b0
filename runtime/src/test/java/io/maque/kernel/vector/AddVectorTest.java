package io.maque.kernel.vector;

import io.maque.kernel.Add;
import io.maque.kernel.AddContract;

class AddVectorTest extends AddContract {

  @Override
  protected Add kernel() {
    return new VectorProvider().add().orElseThrow();
  }
}
