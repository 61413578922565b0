package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q5_K, 176 bytes for 256 columns: as Q4_K, with nibbles at 48 and the fifth bits of panel block k
 * as bit k of the 32 bytes at 16.
 */
final class NeonPackQ5_K extends NeonPacker {
  private static final int QH = 16;
  private static final int QS = 48;
  private static final int LOW_NIBBLES = 31;
  private static final int FIFTH_BIT = 30;

  private final NeonPackedScales packedScales = new NeonPackedScales(this);

  NeonPackQ5_K(NeonIsa isa) {
    super(TensorType.Q5_K, new NeonPanel(isa, PanelKind.SCALED_MIN));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
    a.movi(v(FIFTH_BIT).b16(), 0x10);
  }

  @Override
  void unpack() {
    packedScales.store();
    for (int i = 0; i < 8; i++) {
      prefetch(i, 8);
      int block = i / 2 * 2;
      load(HIGH, QS + 16 * i);
      splitNibbles(LOW, HIGH, LOW_NIBBLES);
      load(THIRD, QH + i % 2 * 16);
      orBits(LOW, THIRD, 4 - block, FIFTH_BIT);
      orBits(HIGH, THIRD, 3 - block, FIFTH_BIT);
      store(LOW, block, i % 2);
      store(HIGH, block + 1, i % 2);
    }
  }
}
