package io.maque.kernel.jit;

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
final class PackQ6_K extends PanelPacker {
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int UPPER_BITS = 14;

  PackQ6_K(Isa isa) {
    super(TensorType.Q6_K, new Panel(isa, PanelKind.SCALED_HALVES, 6));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
    constants.loadBytes(a, v(UPPER_BITS), 0x30);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 8; i++) {
      prefetch(i, 8);
      int half = i / 4;
      int odd = i / 2 % 2;
      Nibbles.load(this, 16 * i);
      rows.load(SCRATCH, QH + 32 * half + i % 2 * 16);
      for (int k = 0; k < 4; k++) {
        orBits(LOW + k, SCRATCH + k, 4 - 2 * odd, v(UPPER_BITS), 12);
        orBits(HIGH + k, SCRATCH + k, -2 * odd, v(UPPER_BITS), 13);
      }
      storeQuad(LOW, 4 * half + odd, i % 2);
      storeQuad(HIGH, 4 * half + 2 + odd, i % 2);
    }
  }

  @Override
  void unpackWide() {
    storeScales();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      int half = i / 2;
      int odd = i % 2;
      if (odd == 0) {
        loadWide(QH + 32 * half, Panel.VALUE_REGISTERS);
      }
      rows.loadWide(32 * i, SCRATCH, Rows.IN_PLACE);
      for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
        int low = Nibbles.low(this, Rows.IN_PLACE[j]);
        orBits(low, WIDE + j, 4 - 2 * odd, v(UPPER_BITS), 12);
        take(low, 4 * half + odd, j);
        int high = Nibbles.high(this, Rows.IN_PLACE[j]);
        orBits(high, WIDE + j, -2 * odd, v(UPPER_BITS), 13);
        take(high, 4 * half + 2 + odd, j);
      }
    }
  }

  private void storeScales() {
    int d = 12;
    // d is the last half word of the block; no more than that may be read.
    loadElements(LOW, D + Short.BYTES - 16, 4);
    highHalvesToFloats(d, LOW + 3);
    loadElements(LOW, SCALES, 4);
    for (int i = 0; i < 16; i++) {
      storeSignedProduct(LOW + i / 4, i % 4, Byte.SIZE, d, scales(i / 2, i % 2));
    }
  }
}
