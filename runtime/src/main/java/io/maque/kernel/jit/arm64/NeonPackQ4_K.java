package io.maque.kernel.jit.arm64;

import static io.maque.asm.arm64.V.v;

import io.maque.kernel.jit.PanelKind;
import io.maque.tensor.TensorType;

/**
 * Q4_K, 144 bytes for 256 columns: d, dmin and packed scales at 0, nibbles at 16; of each 32 bytes
 * the low nibbles are one panel block and the high nibbles the next.
 */
final class NeonPackQ4_K extends NeonPacker {
  private static final int QS = 16;
  private static final int LOW_NIBBLES = 31;

  private final NeonPackedScales packedScales = new NeonPackedScales(this);

  NeonPackQ4_K(NeonIsa isa) {
    super(TensorType.Q4_K, new NeonPanel(isa, PanelKind.SCALED_MIN));
  }

  @Override
  void loadConstants() {
    a.movi(v(LOW_NIBBLES).b16(), 0x0F);
  }

  @Override
  void unpack() {
    packedScales.store();
    for (int i = 0; i < 8; i++) {
      prefetch(i, 8);
      load(HIGH, QS + 16 * i);
      splitNibbles(LOW, HIGH, LOW_NIBBLES);
      store(LOW, i / 2 * 2, i % 2);
      store(HIGH, i / 2 * 2 + 1, i % 2);
    }
  }
}
