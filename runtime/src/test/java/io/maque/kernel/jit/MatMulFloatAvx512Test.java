package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class MatMulFloatAvx512Test extends MatMulFloatContract {

  MatMulFloatAvx512Test() {
    super(Isa.AVX512_VNNI);
  }
}
