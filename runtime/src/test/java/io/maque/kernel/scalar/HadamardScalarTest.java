package io.maque.kernel.scalar;

import io.maque.kernel.Hadamard;
import io.maque.kernel.HadamardContract;

class HadamardScalarTest extends HadamardContract {

  @Override
  protected Hadamard kernel() {
    return new ScalarProvider().hadamard().orElseThrow();
  }

  @Override
  protected Hadamard definition() {
    return kernel();
  }
}
