package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avxVnni")
class MatMulAvxVnniTest extends MatMulPanelContract {

  MatMulAvxVnniTest() {
    super(JitProvider.avxVnni());
  }
}
