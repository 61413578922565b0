package io.maque.kernel.jit;

import io.maque.kernel.CacheWrite;
import io.maque.kernel.CacheWriteContract;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.tensor.TensorType;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same code serves all instruction sets. */
@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class CacheWriteJitTest extends CacheWriteContract {

  @Override
  protected CacheWrite kernel(TensorType cacheType) {
    return JitProvider.avx2()
        .cacheWrite(cacheType)
        .or(() -> new ScalarProvider().cacheWrite(cacheType))
        .orElseThrow();
  }
}
