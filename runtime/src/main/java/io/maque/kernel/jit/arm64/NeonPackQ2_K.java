package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q2_K, 84 bytes for 256 columns: sixteen bytes of a scale (low nibble) and a minimum (high) at 0,
 * pairs of bits at 16, d f16 at 80, dmin f16 at 82; value = (d · scale) · q - dmin · minimum, a
 * scale and a minimum for each 16 columns. Bits 2k and 2k + 1 of the 32 bytes at 16 + 32h are panel
 * block 4h + k.
 */
final class NeonPackQ2_K extends NeonPacker {
  private static final int QS = 16;
  private static final int D = 80;
  private static final int DMIN = 82;
  private static final int LOW_PAIRS = 31;

  NeonPackQ2_K(NeonIsa isa) {
    super(TensorType.Q2_K, new NeonPanel(isa, PanelKind.SCALED_MIN_HALVES));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_PAIRS).b16(), 0x03);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      load(HIGH, QS + 16 * i);
      for (int k = 0; k < 4; k++) {
        copyBits(LOW, HIGH, -2 * k, LOW_PAIRS);
        store(LOW, i / 2 * 4 + k, i % 2);
      }
    }
  }

  private void storeScales() {
    loadHalves(THIRD, D);
    loadHalves(THIRD + 2, DMIN);
    loadTurned(LOW, 0);
    for (int i = 0; i < 16; i++) {
      int from = 8 * (i % 4);
      storeScale(LOW + i / 4, from, 4, false, THIRD, i / 2, i % 2);
      storeScale(LOW + i / 4, from + 4, 4, false, THIRD + 2, i / 2, 2 + i % 2);
    }
  }
}
