package io.maque.asm;

/**
 * A vector register of 128, 256 or 512 bits, with the write mask it is used under as a destination.
 * One type for all widths, so that a generator can take the width as a parameter; the assembler
 * refuses widths an instruction does not have.
 *
 * @param number 0 to 31; 16 and above only in EVEX encodings
 * @param bits 128 (xmm), 256 (ymm) or 512 (zmm)
 * @param mask number of the write mask, 0 for none
 * @param zeroing whether masked-off elements become zero instead of keeping their value
 */
public record Vec(int number, int bits, int mask, boolean zeroing) {

  public Vec {
    if (number < 0 || number > 31 || (bits != 128 && bits != 256 && bits != 512)) {
      throw new IllegalArgumentException(
          "expected vector register 0 to 31 of 128, 256 or 512 bits, found %d of %d"
              .formatted(number, bits));
    }
  }

  /** The 128-bit register {@code number}. */
  public static Vec xmm(int number) {
    return new Vec(number, 128, 0, false);
  }

  /** The 256-bit register {@code number}. */
  public static Vec ymm(int number) {
    return new Vec(number, 256, 0, false);
  }

  /** The 512-bit register {@code number}. */
  public static Vec zmm(int number) {
    return new Vec(number, 512, 0, false);
  }

  /** The same register, seen with another width. */
  public Vec as(int bits) {
    return new Vec(number, bits, mask, zeroing);
  }

  /** As a destination of which only the elements in {@code k} are written. */
  public Vec masked(Mask k) {
    return new Vec(number, bits, k.number(), false);
  }

  /** As a destination of which the elements in {@code k} are written and the others cleared. */
  public Vec zeroed(Mask k) {
    return new Vec(number, bits, k.number(), true);
  }

  /** Bytes the register holds. */
  public int bytes() {
    return bits / 8;
  }

  @Override
  public String toString() {
    String name = (bits == 128 ? "xmm" : bits == 256 ? "ymm" : "zmm") + number;
    return mask == 0 ? name : name + "{k" + mask + "}" + (zeroing ? "{z}" : "");
  }
}
