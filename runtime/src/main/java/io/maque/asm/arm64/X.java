package io.maque.asm.arm64;

/**
 * A general-purpose register, or its low half.
 *
 * @param number 0 to 30, or 31 for the stack pointer
 * @param bits 64 or 32
 */
public record X(int number, int bits) {
  public static final X x0 = new X(0, 64);
  public static final X x1 = new X(1, 64);
  public static final X x2 = new X(2, 64);
  public static final X x3 = new X(3, 64);
  public static final X x4 = new X(4, 64);
  public static final X x5 = new X(5, 64);
  public static final X x6 = new X(6, 64);
  public static final X x7 = new X(7, 64);
  public static final X x8 = new X(8, 64);
  public static final X x9 = new X(9, 64);
  public static final X x10 = new X(10, 64);
  public static final X x11 = new X(11, 64);
  public static final X x12 = new X(12, 64);
  public static final X x13 = new X(13, 64);
  public static final X x14 = new X(14, 64);
  public static final X x15 = new X(15, 64);
  public static final X x16 = new X(16, 64);
  public static final X x17 = new X(17, 64);

  // x18 belongs to the platform: macOS and Windows change it under a program's feet.

  public static final X x19 = new X(19, 64);
  public static final X x20 = new X(20, 64);
  public static final X x21 = new X(21, 64);
  public static final X x22 = new X(22, 64);
  public static final X x23 = new X(23, 64);
  public static final X x24 = new X(24, 64);
  public static final X x25 = new X(25, 64);
  public static final X x26 = new X(26, 64);
  public static final X x27 = new X(27, 64);
  public static final X x28 = new X(28, 64);
  public static final X x29 = new X(29, 64);

  /** The link register: where a call returns to. */
  public static final X x30 = new X(30, 64);

  public static final X sp = new X(31, 64);

  public X {
    if (number < 0 || number > 31 || number == 18 || (bits != 64 && bits != 32)) {
      throw new IllegalArgumentException(
          "expected register 0 to 31, and not 18, of 32 or 64 bits, found %d of %d"
              .formatted(number, bits));
    }
  }

  /** The low 32 bits; writing them clears the upper half. */
  public X w() {
    return new X(number, 32);
  }

  @Override
  public String toString() {
    if (number == 31) {
      return bits == 64 ? "sp" : "wsp";
    }
    return (bits == 64 ? "x" : "w") + number;
  }
}
