package io.maque.asm.arm64;

/**
 * The low bits of a vector register.
 *
 * @param number of the register
 * @param bits 16, 32, 64 or 128
 */
public record Scalar(int number, int bits) {

  /** log₂ of the bytes. */
  int scale() {
    return Integer.numberOfTrailingZeros(bits) - 3;
  }

  @Override
  public String toString() {
    return "bhsdq".charAt(scale()) + "" + number;
  }
}
