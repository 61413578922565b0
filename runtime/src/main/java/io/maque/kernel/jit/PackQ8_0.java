package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/** Q8_0, 34 bytes for 32 columns: d f16 at 0, signed bytes at 2; value = d · q. */
final class PackQ8_0 extends PanelPacker {
  private static final int QS = 2;
  private static final int SIGN_BITS = 31;

  @Override
  TensorType type() {
    return TensorType.Q8_0;
  }

  /** Flipping the sign bit adds 128. */
  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED, 7);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    constants.loadBytes(a, zmm(SIGN_BITS), 0x80);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
      prefetch(a, i, Panel.VALUE_REGISTERS);
      loadBytes(a, i, i, QS);
      a.vpxord(zmm(i), zmm(i), zmm(SIGN_BITS));
    }
    Transpose.store(a, 0, 8, j -> values(0, j));
    storeHalves(a, 0, scales(0, 0));
  }
}
