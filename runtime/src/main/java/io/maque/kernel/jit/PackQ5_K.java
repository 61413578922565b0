package io.maque.kernel.jit;

import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Q5_K, 176 bytes for 256 columns: as Q4_K with nibbles at 48, and at 16 a byte for each of 32
 * columns whose bit {@code b} is bit 4 of the value in panel block {@code b}.
 */
final class PackQ5_K extends PanelPacker {
  private static final int QH = 16;
  private static final int QS = 48;
  private static final int LOW_NIBBLES = 31;
  private static final int SIXTEENS = 24;

  @Override
  TensorType type() {
    return TensorType.Q5_K;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED_MIN, 0);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    constants.loadBytes(a, zmm(LOW_NIBBLES), 0x0F);
    constants.loadBytes(a, zmm(SIXTEENS), 0x10);
    PackedScales.loadConstants(a, constants);
  }

  @Override
  void unpack(VectorAssembler a) {
    int fifth = 16;
    for (int block = 0; block < 8; block++) {
      int to = block;
      prefetch(a, block, 8);
      for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
        loadBytes(a, i, i, QS + block / 2 * 32);
        if (block % 2 == 1) {
          a.vpsrlw(zmm(i), zmm(i), 4);
        }
        a.vpandd(zmm(i), zmm(i), zmm(LOW_NIBBLES));
        loadBytes(a, fifth, i, QH);
        if (block < 4) {
          a.vpsllw(zmm(fifth), zmm(fifth), 4 - block);
        } else {
          a.vpsrlw(zmm(fifth), zmm(fifth), block - 4);
        }
        a.vpandd(zmm(fifth), zmm(fifth), zmm(SIXTEENS));
        a.vpord(zmm(i), zmm(i), zmm(fifth));
      }
      Transpose.store(a, 0, 8, j -> values(to, j));
    }
    PackedScales.store(a, this);
  }
}
