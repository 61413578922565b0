package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class MatMulFloatAvx2Test extends MatMulFloatContract {

  MatMulFloatAvx2Test() {
    super(Isa.AVX2);
  }
}
