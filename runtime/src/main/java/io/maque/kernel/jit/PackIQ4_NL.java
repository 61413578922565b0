package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/** IQ4_NL, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · table[q]. */
final class PackIQ4_NL extends PanelPacker {
  private static final int QS = 2;
  private static final int TABLE = 29;

  /** The format's sixteen values, plus 128. */
  private static final int[] VALUES = {
    1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241
  };

  @Override
  TensorType type() {
    return TensorType.IQ4_NL;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED, 7);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    Nibbles.loadConstants(a, constants);
    byte[] table = new byte[64];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) VALUES[i % VALUES.length];
    }
    constants.load(a, zmm(TABLE), table);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
      prefetch(a, i, Panel.VALUE_REGISTERS);
      Nibbles.load(a, i, QS);
      a.vpshufb(zmm(i), zmm(TABLE), zmm(i));
    }
    Transpose.store(a, 0, 8, j -> values(0, j));
    storeHalves(a, 0, scales(0, 0));
  }
}
