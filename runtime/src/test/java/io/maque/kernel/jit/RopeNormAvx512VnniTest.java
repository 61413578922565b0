package io.maque.kernel.jit;

import io.maque.kernel.Rope;
import io.maque.kernel.RopeContract;
import io.maque.kernel.RopePairing;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("io.maque.kernel.jit.Rungs#avx512Vnni")
class RopeNormAvx512VnniTest extends RopeContract {

  @Override
  protected Rope kernel() {
    return JitProvider.avx512Vnni().rope(pairing()).orElseThrow();
  }

  @Override
  protected RopePairing pairing() {
    return RopePairing.NORM;
  }
}
