package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q3_K, 110 bytes for 256 columns: third bits at 0, pairs of bits at 32, sixteen 6-bit scales at
 * 96, d f16 at 108; value = (d · (scale - 32)) · (q - 4), a scale for each 16 columns.
 *
 * <pre>
 *   panel block   lower two bits                      third bit
 *   4h + k        bits 2k, 2k+1 of 32 + 32h + l       bit 4h + k of l
 * </pre>
 */
final class NeonPackQ3_K extends NeonPacker {
  private static final int QS = 32;
  private static final int D = 108;

  private static final int LOW_PAIRS = 31;
  private static final int FOURS = 30;

  NeonPackQ3_K(NeonIsa isa) {
    super(TensorType.Q3_K, new NeonPanel(isa, PanelKind.SCALED_HALVES));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_PAIRS).b16(), 0x03);
    a.movi(v(FOURS).b16(), 0x04);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      int half = i % 2;
      int h = i / 2;
      load(LOW, 16 * half);
      load(HIGH, QS + 32 * h + 16 * half);
      for (int k = 0; k < 4; k++) {
        copyBits(THIRD, HIGH, -2 * k, LOW_PAIRS);
        orBits(THIRD, LOW, 2 - (4 * h + k), FOURS);
        subtract(THIRD, FOURS);
        store(THIRD, 4 * h + k, half);
      }
    }
  }

  /**
   * Words 1 to 3 of the sixteen bytes that end with the scales: the lower nibbles of scales 0 to 3
   * and 8 to 11, of 4 to 7 and 12 to 15, and four times two upper bits.
   */
  private void storeScales() {
    int four = HIGH;
    int upperBits = SCRATCH + 1;
    int nibble = SCRATCH + 2;
    int thirtyTwos = SCRATCH + 3;
    loadHalves(THIRD, D);
    loadTurned(LOW, D - 16);
    a.movi(v(upperBits).b16(), 0x30);
    a.movi(v(nibble).b16(), 0x0F);
    a.movi(v(thirtyTwos).b16(), 0x20);
    for (int i = 0; i < 4; i++) {
      for (int group = 0; group < 4 * NeonPanel.ROW_GROUPS; group += 4) {
        int numbers = four + i + group;
        moveAndMask(numbers, LOW + 1 + i % 2 + group, -(i / 2 * 4), nibble);
        moveAndMask(SCRATCH, LOW + 3 + group, 4 - 2 * i, upperBits);
        a.orr(v(numbers).b16(), v(numbers).b16(), v(SCRATCH).b16());
        // Less 32 is, in six bits, the uppermost turned over.
        a.eor(v(numbers).b16(), v(numbers).b16(), v(thirtyTwos).b16());
      }
    }
    for (int i = 0; i < 16; i++) {
      storeScale(four + i / 4, 8 * (i % 4), 6, true, THIRD, i / 2, i % 2);
    }
  }
}
