package io.maque.kernel.jit;

import static io.maque.asm.Vec.ymm;
import static io.maque.asm.Vec.zmm;

import io.maque.asm.VectorAssembler;
import io.maque.tensor.TensorType;

/**
 * Q6_K, 210 bytes for 256 columns: nibbles at 0, upper two bits at 128, sixteen signed scales at
 * 192, d f16 at 208; value = (d · scale) · (q - 32), a scale for each 16 columns.
 *
 * <pre>
 *   panel block   nibbles             upper bits
 *   4h + 0        low of 64h + l      bits 0-1 of 128 + 32h + l
 *   4h + 1        low of 64h + 32 + l bits 2-3
 *   4h + 2        high of 64h + l     bits 4-5
 *   4h + 3        high of 64h + 32 + l bits 6-7
 * </pre>
 */
final class PackQ6_K extends PanelPacker {
  private static final int QH = 128;
  private static final int SCALES = 192;
  private static final int D = 208;
  private static final int LOW_NIBBLES = 31;
  private static final int UPPER_BITS = 30;

  @Override
  TensorType type() {
    return TensorType.Q6_K;
  }

  @Override
  Panel panel() {
    return new Panel(Panel.Kind.SCALED_HALVES, 5);
  }

  @Override
  void loadConstants(VectorAssembler a) {
    constants.loadBytes(a, zmm(LOW_NIBBLES), 0x0F);
    constants.loadBytes(a, zmm(UPPER_BITS), 0x30);
  }

  @Override
  void unpack(VectorAssembler a) {
    for (int block = 0; block < 8; block++) {
      int to = block;
      prefetch(a, block, 8);
      for (int i = 0; i < Panel.VALUE_REGISTERS; i++) {
        unpackRows(a, i, block / 4, block % 4);
      }
      Transpose.store(a, 0, 8, j -> values(to, j));
    }
    storeScales(a);
  }

  private static void unpackRows(VectorAssembler a, int i, int half, int quarter) {
    int upper = 16;
    loadBytes(a, i, i, 64 * half + quarter % 2 * 32);
    if (quarter >= 2) {
      a.vpsrlw(zmm(i), zmm(i), 4);
    }
    a.vpandd(zmm(i), zmm(i), zmm(LOW_NIBBLES));
    loadBytes(a, upper, i, QH + 32 * half);
    if (quarter < 2) {
      a.vpsllw(zmm(upper), zmm(upper), 4 - 2 * quarter);
    } else if (quarter == 3) {
      a.vpsrlw(zmm(upper), zmm(upper), 2);
    }
    a.vpandd(zmm(upper), zmm(upper), zmm(UPPER_BITS));
    a.vpord(zmm(i), zmm(i), zmm(upper));
  }

  /** Sixteen scales a row: the first eight belong to panel blocks 0 to 3. */
  private void storeScales(VectorAssembler a) {
    for (int i = 0; i < 8; i++) {
      loadScales(a, 16, Transpose.low(i));
      loadScales(a, 17, Transpose.high(i));
      a.vinserti64x4(zmm(i), zmm(16), ymm(17), 1);
      a.vshuff32x4(zmm(8 + i), zmm(16), zmm(17), 0b11_10_11_10);
    }
    Transpose.store(a, 0, 16, j -> scales(j / 2, j % 2));
    Transpose.store(a, 8, 16, j -> scales(4 + j / 2, j % 2));
  }

  private static void loadScales(VectorAssembler a, int target, int row) {
    int d = 20;
    a.vpmovsxbd(zmm(target), Rows.at(row, SCALES));
    a.vcvtdq2ps(zmm(target), zmm(target));
    a.vpbroadcastw(ymm(d), Rows.at(row, D));
    a.vcvtph2ps(zmm(d), ymm(d));
    a.vmulps(zmm(target), zmm(target), zmm(d));
  }
}
