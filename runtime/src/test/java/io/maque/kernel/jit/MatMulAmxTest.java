package io.maque.kernel.jit;

import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#amx")
class MatMulAmxTest extends MatMulPanelContract {

  MatMulAmxTest() {
    super(new AmxProvider());
  }
}
