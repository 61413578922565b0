package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class MatMulAvx2Test extends MatMulPanelContract {

  MatMulAvx2Test() {
    super(JitProvider.avx2());
  }
}
