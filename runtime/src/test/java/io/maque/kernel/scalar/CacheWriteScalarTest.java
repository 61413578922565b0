package io.maque.kernel.scalar;

import io.maque.kernel.CacheWrite;
import io.maque.kernel.CacheWriteContract;
import io.maque.tensor.TensorType;

class CacheWriteScalarTest extends CacheWriteContract {

  @Override
  protected CacheWrite kernel(TensorType cacheType) {
    return new ScalarProvider().cacheWrite(cacheType).orElseThrow();
  }
}
