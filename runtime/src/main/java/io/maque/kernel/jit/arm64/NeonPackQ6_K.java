package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q6_K, 210 bytes for 256 columns: nibbles at 0, upper two bits at 128, sixteen signed scales at
 * 192, d f16 at 208; value = (d · scale) · (q - 32), a scale for each 16 columns.
 *
 * <pre>
 *   panel block   nibbles             upper bits
 *   4h + 0        low of 64h + l      bits 0-1 of 128 + 32h + l
 *   4h + 1        low of 64h + 32 + l bits 2-3
 *   4h + 2        high of 64h + l     bits 4-5
 *   4h + 3        high of 64h + 32 + l bits 6-7
 * </pre>
 */
final class NeonPackQ6_K extends NeonPacker {
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int LOW_NIBBLES = 31;
  private static final int UPPER_BITS = 30;
  private static final int OFFSET = 29;

  NeonPackQ6_K(NeonIsa isa) {
    super(TensorType.Q6_K, new NeonPanel(isa, PanelKind.SCALED_HALVES));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
    a.movi(v(UPPER_BITS).b16(), 0x30);
    a.movi(v(OFFSET).b16(), 32);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 8; i++) {
      prefetch(i, 8);
      int half = i / 4;
      int odd = i / 2 % 2;
      load(HIGH, 16 * i);
      splitNibbles(LOW, HIGH, LOW_NIBBLES);
      load(THIRD, QH + 32 * half + i % 2 * 16);
      orBits(LOW, THIRD, 4 - 2 * odd, UPPER_BITS);
      orBits(HIGH, THIRD, -2 * odd, UPPER_BITS);
      subtract(LOW, OFFSET);
      subtract(HIGH, OFFSET);
      store(LOW, 4 * half + odd, i % 2);
      store(HIGH, 4 * half + 2 + odd, i % 2);
    }
  }

  private void storeScales() {
    loadHalves(THIRD, D);
    loadTurned(LOW, SCALES);
    for (int i = 0; i < 16; i++) {
      storeScale(LOW + i / 4, 8 * (i % 4), 8, true, THIRD, i / 2, i % 2);
    }
  }
}
