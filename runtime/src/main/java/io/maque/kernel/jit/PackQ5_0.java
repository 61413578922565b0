package io.maque.kernel.jit;

import io.maque.tensor.TensorType;

/**
 * Q5_0, 22 bytes for 32 columns: d f16 at 0, fifth bits at 2, nibbles at 6; value = d · (q - 16).
 */
final class PackQ5_0 extends PanelPacker {
  private static final int QS = 6;

  private final FifthBits fifthBits = new FifthBits(this);

  PackQ5_0(Isa isa) {
    super(TensorType.Q5_0, new Panel(isa, PanelKind.SCALED, 5));
  }

  @Override
  void loadConstants() {
    Nibbles.loadConstants(this);
    fifthBits.loadConstants();
  }

  @Override
  void unpack() {
    prefetch(0, 2);
    // The fifth bits lie across the first two words.
    loadElements(LOW, 0, 2);
    a.vpsrld(v(FifthBits.WORDS), v(LOW), 16);
    a.vpslld(v(LOW + 1), v(LOW + 1), 16);
    a.vorps(v(FifthBits.WORDS), v(FifthBits.WORDS), v(LOW + 1));
    fifthBits.prepare();
    lowHalvesToFloats(LOW, LOW);
    a.vmovups(scales(0, 0), v(LOW));
    prefetch(1, 2);
    Nibbles.load(this, QS);
    rows.transpose(LOW, SCRATCH, 4);
    rows.transpose(HIGH, SCRATCH, 4);
    for (int j = 0; j < Panel.VALUE_REGISTERS; j++) {
      fifthBits.add(LOW + j, j);
    }
    storeTransposed(LOW, 0, 0);
    storeTransposed(HIGH, 0, 1);
  }

  /** Two bytes early, so that fifth bits and nibbles lie in whole elements. */
  @Override
  void unpackWide() {
    prefetch(0, 2);
    loadWide(QS - 2 * Integer.BYTES, 6);
    prefetch(1, 2);
    highHalvesToFloats(LOW, WIDE);
    a.vmovups(scales(0, 0), v(LOW));
    fifthBits.takeWide(WIDE + 1, WIDE + 2);
  }

  @Override
  int bytesBefore() {
    return 2 * Integer.BYTES - QS;
  }

  @Override
  int bytesBehind() {
    return Rows.WIDE_BYTES - bytesBefore() - type.blockBytes();
  }
}
