package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/**
 * Q5_1, 24 bytes for 32 columns: d f16 at 0, m f16 at 2, fifth bits at 4, nibbles at 8; value = d ·
 * q + m.
 */
final class PackQ5_1 extends PanelPacker {
  private static final int QS = 8;

  private final FifthBits fifthBits = new FifthBits(this);

  PackQ5_1(Isa isa) {
    super(TensorType.Q5_1, new Panel(isa, PanelKind.SCALED_MIN, 5, 2));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
    fifthBits.loadConstants();
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadElements(LOW, 0, 2);
    a.vmovups(v(FifthBits.WORDS), v(LOW + 1));
    fifthBits.prepare();
    highHalvesToFloats(HIGH, LOW);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    a.vmovups(scales(0, 1), v(HIGH));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    rows.transpose(LOW, SCRATCH, 4);
    rows.transpose(HIGH, SCRATCH, 4);
    for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
      fifthBits.add(LOW + j, j);
    }
    storeTransposed(LOW, 0, 0);
    storeTransposed(HIGH, 0, 1);
  }

  @Override
  void unpackWide() {
    prefetch(0, 2);
    loadWide(0, 6);
    prefetch(1, 2);
    highHalvesToFloats(HIGH, WIDE);
    lowHalvesToFloats(LOW, WIDE);
    a.vmovups(scales(0, 0), v(LOW));
    a.vmovups(scales(0, 1), v(HIGH));
    fifthBits.takeWide(WIDE + 1, WIDE + 2);
  }

  @Override
  int bytesBehind() {
    return Rows.WIDE_BYTES - type.blockBytes();
  }
}
