package io.maque.kernel.scalar;

import io.maque.kernel.Add;
import io.maque.kernel.AddContract;

class AddScalarTest extends AddContract {

  @Override
  protected Add kernel() {
    return new ScalarProvider().add().orElseThrow();
  }
}
