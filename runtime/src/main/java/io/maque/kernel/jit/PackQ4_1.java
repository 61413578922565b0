package io.maque.kernel.jit;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/** Q4_1, 20 bytes for 32 columns: d f16 at 0, m f16 at 2, nibbles at 4; value = d · q + m. */
final class PackQ4_1 extends PanelPacker {
  private static final int M = 2;
  private static final int QS = 4;

  @Override
  TensorType type() {
    return TensorType.Q4_1;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED_MIN, 0);
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
    storeHalves(a, M, scales(0, 1));
  }
}
