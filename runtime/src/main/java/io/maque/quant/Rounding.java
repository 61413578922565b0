package io.maque.quant;

/** The reference's rounding, on which the bytes of K formats depend. */
final class Rounding {
  /** 1.5 * 2^23: a float near it has a fraction of no bits, so that adding it rounds. */
  private static final float MAGIC = 12_582_912f;

  private static final int FRACTION = 0x7F_FFFF;
  private static final int ZERO = 0x40_0000;

  private Rounding() {}

  /**
   * The nearest integer, of two the even one, for magnitudes below 2^22; beyond, where {@link
   * Math#rint} would differ, what the reference's bit trick makes of it.
   */
  static int nearest(float value) {
    return (Float.floatToRawIntBits(value + MAGIC) & FRACTION) - ZERO;
  }

  /** The nearest integer, kept within {@code low} and {@code high}. */
  static int nearest(float value, int low, int high) {
    return Math.clamp(nearest(value), low, high);
  }
}
