package io.maque.kernel.vector;

import io.maque.kernel.Attention;
import io.maque.kernel.AttentionContract;
import io.maque.tensor.TensorType;

class AttentionVectorTest extends AttentionContract {

  @Override
  protected Attention kernel(TensorType cacheType) {
    return new VectorProvider().attention(cacheType).orElseThrow();
  }

  @Override
  protected double unitRoundoff() {
    return 0x1p-24;
  }
}
