package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.MatMulPanelContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.arm64.NeonRungs#dotprod")
class MatMulNeonDotprodTest extends MatMulPanelContract {

  MatMulNeonDotprodTest() {
    super(NeonProvider.dotprod());
  }
}
