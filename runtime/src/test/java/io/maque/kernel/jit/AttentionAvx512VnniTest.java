package io.maque.kernel.jit;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionContract;
import io.maque.tensor.TensorType;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class AttentionAvx512VnniTest extends AttentionContract {

  @Override
  protected Attention kernel(TensorType cacheType) {
    return JitProvider.avx512Vnni().attention(cacheType).orElseThrow();
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-24;
  }
}
