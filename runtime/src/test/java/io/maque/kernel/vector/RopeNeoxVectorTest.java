package io.maque.kernel.vector;

import io.maque.kernel.Rope;
import io.maque.kernel.RopeContract;
import io.maque.kernel.RopePairing;

class RopeNeoxVectorTest extends RopeContract {

  @Override
  protected Rope kernel() {
    return new VectorProvider().rope(pairing()).orElseThrow();
  }

  @Override
  protected RopePairing pairing() {
    return RopePairing.NEOX;
  }
}
