package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/** IQ4_NL, 18 bytes for 32 columns: d f16 at 0, nibbles at 2; value = d · table[q]. */
final class NeonPackIQ4_NL extends NeonPacker {
  private static final int QS = 2;
  private static final int LOW_NIBBLES = 31;
  private static final int TABLE = 30;

  /** What a nibble stands for. */
  private static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  NeonPackIQ4_NL(NeonIsa isa) {
    super(TensorType.IQ4_NL, new NeonPanel(isa, PanelKind.SCALED));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
    constants.loadBytes(a, v(TABLE), i -> VALUES[i]);
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    loadHalves(LOW, 0);
    storeScales(LOW, 0, 0);
    prefetch(1, 2);
    load(HIGH, QS);
    splitNibbles(LOW, HIGH, LOW_NIBBLES);
    for (int i = LOW; i < THIRD; i++) {
      a.tbl(v(i).b16(), v(TABLE).b16(), v(i).b16());
    }
    store(LOW, 0, 0);
    store(HIGH, 0, 1);
  }
}
