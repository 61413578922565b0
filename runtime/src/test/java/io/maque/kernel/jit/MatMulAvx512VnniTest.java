package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class MatMulAvx512VnniTest extends MatMulPanelContract {

  MatMulAvx512VnniTest() {
    super(JitProvider.avx512Vnni());
  }
}
