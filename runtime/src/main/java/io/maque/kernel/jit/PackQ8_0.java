package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/** Q8_0, 34 bytes for 32 columns: d f16 at 0, signed bytes at 2; value = d · q. */
final class PackQ8_0 extends PanelPacker {
  private static final int QS = 2;
  private static final int SIGN_BITS = 15;

  PackQ8_0(Isa isa) {
    super(TensorType.Q8_0, new Panel(isa, PanelKind.SCALED, 8, 2));
  }

  @Override
  void loadConstants() {
    constants.loadBytes(a, v(SIGN_BITS), 0x80);
  }

  @Override
  void unpack() {
    prefetch(0, 3);
    loadScales();
    for (int half = 0; half < 2; half++) {
      prefetch(1 + half, 3);
      rows.load(LOW, QS + 16 * half);
      if (!panel.signedValues()) {
        addOffset();
      }
      storeQuad(LOW, 0, half);
    }
  }

  @Override
  void unpackWide() {
    prefetch(0, 3);
    loadScales();
    prefetch(1, 3);
    loadWide(QS, Panel.VALUE_REGISTERS);
    prefetch(2, 3);
    for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
      a.vxorps(v(WIDE + j), v(WIDE + j), v(SIGN_BITS));
      take(WIDE + j, 0, j);
    }
  }

  private void loadScales() {
    loadElements(LOW, 0, 1);
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
  }

  /** Flipping the sign bit adds 128. */
  private void addOffset() {
    for (int i = 0; i < 4; i++) {
      a.vxorps(v(LOW + i), v(LOW + i), v(SIGN_BITS));
    }
  }
}
