package io.maque.kernel.scalar;

import io.maque.kernel.Rope;
import io.maque.kernel.RopeContract;
import io.maque.kernel.RopePairing;

class RopeNormScalarTest extends RopeContract {

  @Override
  protected Rope kernel() {
    return new ScalarProvider().rope(pairing()).orElseThrow();
  }

  @Override
  protected RopePairing pairing() {
    return RopePairing.NORM;
  }
}
