package io.maque.kernel.jit;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionContract;
import io.maque.tensor.TensorType;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class AttentionAvx2Test extends AttentionContract {

  @Override
  protected Attention kernel(TensorType cacheType) {
    return JitProvider.avx2().attention(cacheType).orElseThrow();
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-24;
  }
}
