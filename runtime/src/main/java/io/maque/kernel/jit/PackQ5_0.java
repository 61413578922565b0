package io.maque.kernel.jit;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Q5_0, 22 bytes for 32 columns: d f16 at 0, fifth bits at 2, nibbles at 6; value = d · (q - 16).
 */
final class PackQ5_0 extends PanelPacker {
  private static final int QH = 2;
  private static final int QS = 6;

  @Override
  TensorType type() {
    return TensorType.Q5_0;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED, 4);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    Nibbles.loadConstants(a, constants);
    FifthBits.loadConstants(a, constants);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
      prefetch(a, i, Panel.VALUE_REGISTERS);
      Nibbles.load(a, i, QS);
      FifthBits.add(a, i, QH);
    }
    Transpose.store(a, 0, 8, j -> values(0, j));
    storeHalves(a, 0, scales(0, 0));
  }
}
