package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/** Q8_0, 34 bytes for 32 columns: d f16 at 0, signed bytes at 2; value = d · q. */
final class NeonPackQ8_0 extends NeonPacker {
  private static final int QS = 2;

  NeonPackQ8_0(NeonIsa isa) {
    super(TensorType.Q8_0, new NeonPanel(isa, PanelKind.SCALED, 2));
  }

  @Override
  void loadConstants() {}

  @Override
  void unpack() {
    prefetch(0, 3);
    loadHalves(LOW, 0);
    storeScales(LOW, 0, 0);
    for (int half = 0; half < 2; half++) {
      prefetch(1 + half, 3);
      load(LOW, QS + 16 * half);
      store(LOW, 0, half);
    }
  }
}
