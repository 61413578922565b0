package io.maque.kernel.jit;

import io.maque.kernel.Add;
import io.maque.kernel.AddContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class AddAvx512VnniTest extends AddContract {

  @Override
  protected Add kernel() {
    return JitProvider.avx512Vnni().add().orElseThrow();
  }
}
