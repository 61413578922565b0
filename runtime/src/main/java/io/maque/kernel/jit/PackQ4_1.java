package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/** Q4_1, 20 bytes for 32 columns: d f16 at 0, m f16 at 2, nibbles at 4; value = d · q + m. */
final class PackQ4_1 extends PanelPacker {
  private static final int QS = 4;

  PackQ4_1(Isa isa) {
    super(TensorType.Q4_1, new Panel(isa, PanelKind.SCALED_MIN, 4, 2));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadElements(LOW, 0, 1);
    highHalvesToFloats(HIGH, LOW);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    a.vmovups(scales(0, 1), v(HIGH));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    storeQuad(LOW, 0, 0);
    storeQuad(HIGH, 0, 1);
  }

  @Override
  void unpackWide() {
    prefetch(0, 2);
    loadWide(0, 5);
    prefetch(1, 2);
    highHalvesToFloats(HIGH, WIDE);
    lowHalvesToFloats(LOW, WIDE);
    a.vmovups(scales(0, 0), v(LOW));
    a.vmovups(scales(0, 1), v(HIGH));
    for (int j = 0; j < 4; j++) {
      take(Nibbles.low(this, WIDE + 1 + j), 0, j);
      take(Nibbles.high(this, WIDE + 1 + j), 0, 4 + j);
    }
  }

  @Override
  int bytesBehind() {
    return Rows.WIDE_BYTES - type.blockBytes();
  }
}
