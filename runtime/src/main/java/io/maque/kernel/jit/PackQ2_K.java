package io.maque.kernel.jit;

import io.maque.asm.Memory;
import io.maque.tensor.TensorType;

/**
 * Q2_K, 84 bytes for 256 columns: sixteen bytes of a scale (low nibble) and a minimum (high) at 0,
 * pairs of bits at 16, d f16 at 80, dmin f16 at 82; value = (d · scale) · q - dmin · minimum, a
 * scale and a minimum for each 16 columns. Bits 2k and 2k + 1 of the 32 bytes at 16 + 32h are panel
 * block 4h + k.
 */
final class PackQ2_K extends PanelPacker {
  private static final int QS = 16;
  private static final int D = 80;
  private static final int LOW_PAIRS = 15;

  private final Memory nibbles = constants.ints(i -> 0x0F);

  PackQ2_K(Isa isa) {
    super(TensorType.Q2_K, new Panel(isa, PanelKind.SCALED_MIN_HALVES, 2));
  }

  @Override
  void loadConstants() {
    constants.loadBytes(a, v(LOW_PAIRS), 0x03);
  }

  @Override
  void unpack() {
    storeScales();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      loadElements(HIGH, QS + 16 * i, 4);
      for (int k = 0; k < 4; k++) {
        for (int j = 0; j < 4; j++) {
          a.vpsrlw(v(LOW + j), v(HIGH + j), 2 * k);
          a.vandps(v(LOW + j), v(LOW + j), v(LOW_PAIRS));
        }
        storeTransposed(LOW, i / 2 * 4 + k, i % 2);
      }
    }
  }

  private void storeScales() {
    int d = 12;
    int dmin = 13;
    // d and dmin are the last word of the block; no more than that may be read.
    loadElements(LOW, D + Integer.BYTES - 16, 4);
    highHalvesToFloats(dmin, LOW + 3);
    lowHalvesToFloats(d, LOW + 3);
    loadElements(LOW, 0, 4);
    for (int i = 0; i < 16; i++) {
      int shift = 8 * (i % 4);
      storeProduct(LOW + i / 4, shift, nibbles, d, scales(i / 2, i % 2));
      storeProduct(LOW + i / 4, shift + 4, nibbles, dmin, scales(i / 2, 2 + i % 2));
    }
  }
}
