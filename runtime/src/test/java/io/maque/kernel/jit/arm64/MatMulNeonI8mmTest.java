package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.MatMulPanelContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.arm64.NeonRungs#i8mm")
class MatMulNeonI8mmTest extends MatMulPanelContract {

  MatMulNeonI8mmTest() {
    super(NeonProvider.i8mm());
  }
}
