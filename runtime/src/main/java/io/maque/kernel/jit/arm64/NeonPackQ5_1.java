package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q5_1, 24 bytes for 32 columns: d and m f16 at 0, fifth bits at 4, nibbles at 8; value = d · q +
 * m.
 */
final class NeonPackQ5_1 extends NeonPacker {
  private static final int M = 2;
  private static final int QH = 4;
  private static final int QS = 8;

  private final NeonFifthBits fifthBits = new NeonFifthBits(this);

  NeonPackQ5_1(NeonIsa isa) {
    super(TensorType.Q5_1, new NeonPanel(isa, PanelKind.SCALED_MIN, 2));
  }

  @Override
  void loadConstants() {
    fifthBits.loadConstants();
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadHalves(LOW, 0);
    loadHalves(HIGH, M);
    storeScales(LOW, 0, 0);
    storeScales(HIGH, 0, 1);
    prefetch(1, 2);
    fifthBits.load(QH, QS);
    store(LOW, 0, 0);
    store(HIGH, 0, 1);
  }
}
