package io.maque.asm;

/**
 * An AVX-512 mask register.
 *
 * @param number 0 to 7; 0 as a write mask means "no mask" and cannot be named as one
 */
public record Mask(int number) {
  public static final Mask k1 = new Mask(1);
  public static final Mask k2 = new Mask(2);
  public static final Mask k3 = new Mask(3);

  public Mask {
    if (number < 0 || number > 7) {
      throw new IllegalArgumentException("expected mask register 0 to 7, found " + number);
    }
  }

  @Override
  public String toString() {
    return "k" + number;
  }
}
