package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Q4_K, 144 bytes for 256 columns: d and dmin f16 at 0 and 2, packed scales at 4, nibbles at 16; of
 * each 32 bytes the low nibbles are one panel block and the high nibbles the next.
 */
final class PackQ4_K extends PanelPacker {
  private static final int QS = 16;
  private static final int LOW_NIBBLES = 31;

  @Override
  TensorType type() {
    return TensorType.Q4_K;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED_MIN, 0);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    constants.loadBytes(a, zmm(LOW_NIBBLES), 0x0F);
    PackedScales.loadConstants(a, constants);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int block = 0; block < 8; block++) {
      int to = block;
      prefetch(a, block, 8);
      for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
        loadBytes(a, i, i, QS + block / 2 * 32);
        if (block % 2 == 1) {
          a.vpsrlw(zmm(i), zmm(i), 4);
        }
        a.vpandd(zmm(i), zmm(i), zmm(LOW_NIBBLES));
      }
      Transpose.store(a, 0, 8, j -> values(to, j));
    }
    PackedScales.store(a, this);
  }
}
