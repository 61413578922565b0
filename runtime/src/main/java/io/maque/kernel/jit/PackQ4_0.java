package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/** Q4_0, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · (q - 8). */
final class PackQ4_0 extends PanelPacker {
  private static final int QS = 2;

  PackQ4_0(Isa isa) {
    super(TensorType.Q4_0, new Panel(isa, Panel.Kind.SCALED, 4));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadElements(LOW, 0, 1);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    storeQuad(LOW, 0, 0);
    storeQuad(HIGH, 0, 1);
  }
}
