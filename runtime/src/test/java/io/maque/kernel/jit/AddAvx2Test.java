package io.maque.kernel.jit;

import io.maque.kernel.Add;
import io.maque.kernel.AddContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class AddAvx2Test extends AddContract {

  @Override
  protected Add kernel() {
    return JitProvider.avx2().add().orElseThrow();
  }
}
