package io.maque.kernel.scalar;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionContract;
import io.maque.tensor.TensorType;

class AttentionScalarTest extends AttentionContract {

  @Override
  protected Attention kernel(TensorType cacheType) {
    return new ScalarProvider().attention(cacheType).orElseThrow();
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-53;
  }
}
