package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/** Q4_1, 20 bytes for 32 columns: d and m f16 at 0, nibbles at 4; value = d · q + m. */
final class NeonPackQ4_1 extends NeonPacker {
  private static final int M = 2;
  private static final int QS = 4;
  private static final int LOW_NIBBLES = 31;

  NeonPackQ4_1(NeonIsa isa) {
    super(TensorType.Q4_1, new NeonPanel(isa, PanelKind.SCALED_MIN, 2));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadHalves(LOW, 0);
    loadHalves(HIGH, M);
    storeScales(LOW, 0, 0);
    storeScales(HIGH, 0, 1);
    prefetch(1, 2);
    load(HIGH, QS);
    splitNibbles(LOW, HIGH, LOW_NIBBLES);
    store(LOW, 0, 0);
    store(HIGH, 0, 1);
  }
}
