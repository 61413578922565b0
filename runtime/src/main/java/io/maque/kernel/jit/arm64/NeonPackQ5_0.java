package io.maque.kernel.jit.arm64;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q5_0, 22 bytes for 32 columns: d f16 at 0, fifth bits at 2, nibbles at 6; value = d · (q - 16).
 */
final class NeonPackQ5_0 extends NeonPacker {
  private static final int QH = 2;
  private static final int QS = 6;

  private final NeonFifthBits fifthBits = new NeonFifthBits(this);

  NeonPackQ5_0(NeonIsa isa) {
    super(TensorType.Q5_0, new NeonPanel(isa, PanelKind.SCALED));
  }

  @Override
  void loadConstants() {
    fifthBits.loadConstants();
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadHalves(LOW, 0);
    storeScales(LOW, 0, 0);
    prefetch(1, 2);
    fifthBits.load(QH, QS);
    subtract(LOW, fifthBits.offset());
    subtract(HIGH, fifthBits.offset());
    store(LOW, 0, 0);
    store(HIGH, 0, 1);
  }
}
