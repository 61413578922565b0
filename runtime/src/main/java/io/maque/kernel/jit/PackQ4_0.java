package io.maque.kernel.jit;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/** Q4_0, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · (q - 8). */
final class PackQ4_0 extends PanelPacker {
  private static final int QS = 2;

  @Override
  TensorType type() {
    return TensorType.Q4_0;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED, 3);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    Nibbles.loadConstants(a, constants);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
      prefetch(a, i, Panel.VALUE_REGISTERS);
      Nibbles.load(a, i, QS);
    }
    Transpose.store(a, 0, 8, j -> values(0, j));
    storeHalves(a, 0, scales(0, 0));
  }
}
