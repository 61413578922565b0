package io.maque.kernel.jit;

import io.maque.kernel.Hadamard;
import io.maque.kernel.HadamardContract;
import io.maque.kernel.scalar.ScalarProvider;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same code serves all instruction sets. */
@EnabledIf("io.maque.kernel.jit.Rungs#avx2")
class HadamardJitTest extends HadamardContract {

  @Override
  protected Hadamard kernel() {
    return JitProvider.avx2().hadamard().orElseThrow();
  }

  @Override
  protected Hadamard definition() {
    return new ScalarProvider().hadamard().orElseThrow();
  }
}
