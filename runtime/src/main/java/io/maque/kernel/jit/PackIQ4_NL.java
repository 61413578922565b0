package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/** IQ4_NL, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · table[q]. */
final class PackIQ4_NL extends PanelPacker {
  private static final int QS = 2;
  private static final int TABLE = 14;

  /** What a nibble stands for. */
  private static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  PackIQ4_NL(Isa isa) {
    super(TensorType.IQ4_NL, new Panel(isa, PanelKind.SCALED, 8));
  }

  @Override
  void loadConstants() {
    int offset = panel.signedValues() ? 0 : 1 << panel.offsetBits();
    Nibbles.loadConstants(this);
    a.vmovups(v(TABLE), constants.bytes(i -> VALUES[i % VALUES.length] + offset));
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadElements(LOW, 0, 1);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
      a.vpshufb(v(LOW + i), v(TABLE), v(LOW + i));
    }
    storeQuad(LOW, 0, 0);
    storeQuad(HIGH, 0, 1);
  }

  /** Two bytes early, so that nibbles lie in whole elements. */
  @Override
  void unpackWide() {
    prefetch(0, 2);
    loadWide(QS - Integer.BYTES, 5);
    prefetch(1, 2);
    highHalvesToFloats(LOW, WIDE);
    a.vmovups(scales(0, 0), v(LOW));
    for (int j = 0; j < 4; j++) {
      take(value(Nibbles.low(this, WIDE + 1 + j)), 0, j);
      take(value(Nibbles.high(this, WIDE + 1 + j)), 0, 4 + j);
    }
  }

  @Override
  int bytesBefore() {
    return Integer.BYTES - QS;
  }

  @Override
  int bytesBehind() {
    return Rows.WIDE_BYTES - bytesBefore() - type.blockBytes();
  }

  private int value(int nibble) {
    a.vpshufb(v(nibble), v(TABLE), v(nibble));
    return nibble;
  }
}
