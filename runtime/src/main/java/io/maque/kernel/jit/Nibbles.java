package io.maque.kernel.jit;

/**
 * The idiom of the formats with two values in a byte: sixteen bytes of each row become a quad of
 * the low nibbles and one of the high. Keeps register 15.
 */
final class Nibbles {
  private static final int LOW_NIBBLES = 15;

  private Nibbles() {}

  static void loadConstants(PanelPacker p) {
    p.constants.loadBytes(p.a, p.v(LOW_NIBBLES), 0x0F);
  }

  /** The low nibbles of a register; the result is overwritten after two more. */
  static int low(PanelPacker p, int register) {
    int low = result(register);
    p.a.vandps(p.v(low), p.v(register), p.v(LOW_NIBBLES));
    return low;
  }

  /** The high nibbles of a register; the result is overwritten after two more. */
  static int high(PanelPacker p, int register) {
    int high = result(register);
    p.a.vpsrlw(p.v(high), p.v(register), 4);
    p.a.vandps(p.v(high), p.v(high), p.v(LOW_NIBBLES));
    return high;
  }

  private static int result(int register) {
    return PanelPacker.SCRATCH + 1 + register % 3;
  }

  /** Loads {@link PanelPacker#LOW} and {@link PanelPacker#HIGH}, a value in each byte. */
  static void load(PanelPacker p, int displacement) {
    p.rows.load(PanelPacker.HIGH, displacement);
    for (int i = 0; i < 4; i++) {
      int low = PanelPacker.LOW + i;
      int high = PanelPacker.HIGH + i;
      p.a.vandps(p.v(low), p.v(high), p.v(LOW_NIBBLES));
      p.a.vpsrlw(p.v(high), p.v(high), 4);
      p.a.vandps(p.v(high), p.v(high), p.v(LOW_NIBBLES));
    }
  }
}
