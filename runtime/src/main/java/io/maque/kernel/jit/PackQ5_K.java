package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/**
 * Q5_K, 176 bytes for 256 columns: as Q4_K with nibbles at 48, and at 16 a byte for each of 32
 * columns whose bit {@code b} is bit 4 of the value in panel block {@code b}.
 */
final class PackQ5_K extends PanelPacker {
  private static final int QH = 16;
  private static final int QS = 48;
  private static final int SIXTEENS = 14;

  private final PackedScales packedScales = new PackedScales(this);

  PackQ5_K(Isa isa) {
    super(TensorType.Q5_K, new Panel(isa, PanelKind.SCALED_MIN, 5));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
    constants.loadBytes(a, v(SIXTEENS), 0x10);
  }

  @Override
  void unpack() {
    packedScales.store();
    for (int i = 0; i < 8; i++) {
      int block = i / 2 * 2;
      prefetch(i, 8);
      Nibbles.load(this, QS + 16 * i);
      rows.load(SCRATCH, QH + i % 2 * 16);
      for (int k = 0; k < 4; k++) {
        orBits(LOW + k, SCRATCH + k, 4 - block, v(SIXTEENS), 12);
        orBits(HIGH + k, SCRATCH + k, 3 - block, v(SIXTEENS), 13);
      }
      storeQuad(LOW, block, i % 2);
      storeQuad(HIGH, block + 1, i % 2);
    }
  }

  @Override
  void unpackWide() {
    packedScales.store();
    loadWide(QH, Panel.VALUE_REGISTERS);
    for (int i = 0; i < 4; i++) {
      prefetch(i, 4);
      rows.loadWide(QS + 32 * i, SCRATCH, Rows.IN_PLACE);
      for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
        int low = Nibbles.low(this, Rows.IN_PLACE[j]);
        orBits(low, WIDE + j, 4 - 2 * i, v(SIXTEENS), 12);
        take(low, 2 * i, j);
        int high = Nibbles.high(this, Rows.IN_PLACE[j]);
        orBits(high, WIDE + j, 3 - 2 * i, v(SIXTEENS), 13);
        take(high, 2 * i + 1, j);
      }
    }
  }
}
