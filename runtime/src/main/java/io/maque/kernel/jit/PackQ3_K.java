package io.maque.kernel.jit;

import io.maque.asm.Memory;
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
final class PackQ3_K extends PanelPacker {
  private static final int QS = 32;
  private static final int SCALES = 96;
  private static final int D = 108;

  private static final int BITS = SCRATCH;
  private static final int FOURS = 14;
  private static final int LOW_PAIRS = 15;

  private final Memory lowNibbles = constants.bytes(i -> 0x0F);
  private final Memory thirtyTwos = constants.bytes(i -> 0x20);
  private final Memory upperBits = constants.bytes(i -> 0x30);

  PackQ3_K(Isa isa) {
    super(TensorType.Q3_K, new Panel(isa, PanelKind.SCALED_HALVES, 3));
  }

  @Override
  void loadConstants() {
    constants.loadBytes(a, v(FOURS), 0x04);
    constants.loadBytes(a, v(LOW_PAIRS), 0x03);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      int half = i % 2;
      int h = i / 2;
      loadElements(LOW, 16 * half, 4);
      loadElements(HIGH, QS + 32 * h + 16 * half, 4);
      for (int k = 0; k < 4; k++) {
        for (int j = 0; j < 4; j++) {
          a.vpsrlw(v(BITS + j), v(HIGH + j), 2 * k);
          a.vandps(v(BITS + j), v(BITS + j), v(LOW_PAIRS));
          orBits(BITS + j, LOW + j, 2 - (4 * h + k), v(FOURS), 12);
        }
        storeTransposed(BITS, 4 * h + k, half);
      }
    }
  }

  /**
   * Words 1 to 3 of the sixteen bytes that end with the scales: the lower nibbles of scales 0 to 3
   * and 8 to 11, of 4 to 7 and 12 to 15, and four times two upper bits.
   */
  private void storeScales() {
    int d = 12;
    int four = HIGH;
    // d is the last half word of the block; no more than that may be read.
    loadElements(LOW, D + Short.BYTES - 16, 4);
    highHalvesToFloats(d, LOW + 3);
    loadElements(LOW, D - 16, 4);
    for (int i = 0; i < 4; i++) {
      a.vpsrld(v(four + i), v(LOW + 1 + i % 2), i / 2 * 4);
      a.vandps(v(four + i), v(four + i), lowNibbles);
      orBits(four + i, LOW + 3, 4 - 2 * i, upperBits, SCRATCH);
      // Less 32 is, in six bits, the uppermost turned over.
      a.vxorps(v(four + i), v(four + i), thirtyTwos);
    }
    for (int i = 0; i < 16; i++) {
      storeSignedProduct(four + i / 4, i % 4, 6, d, scales(i / 2, i % 2));
    }
  }
}
