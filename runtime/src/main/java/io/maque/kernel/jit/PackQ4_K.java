package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/**
 * Q4_K, 144 bytes for 256 columns: d, dmin and packed scales at 0, nibbles at 16; of each 32 bytes
 * the low nibbles are one panel block and the high nibbles the next.
 */
final class PackQ4_K extends PanelPacker {
  private static final int QS = 16;

  private final PackedScales packedScales = new PackedScales(this);

  PackQ4_K(Isa isa) {
    super(TensorType.Q4_K, new Panel(isa, PanelKind.SCALED_MIN, 4));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
  }

  @Override
  void unpack() {
    packedScales.store();
    for (int i = 0; i < 8; i++) {
      prefetch(i, 8);
      Nibbles.load(this, QS + 16 * i);
      storeQuad(LOW, i / 2 * 2, i % 2);
      storeQuad(HIGH, i / 2 * 2 + 1, i % 2);
    }
  }

  @Override
  void unpackWide() {
    packedScales.store();
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      loadWide(QS + 32 * i, Panel.VALUE_REGISTERS);
      for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
        take(Nibbles.low(this, WIDE + j), 2 * i, j);
        take(Nibbles.high(this, WIDE + j), 2 * i + 1, j);
      }
    }
  }
}
