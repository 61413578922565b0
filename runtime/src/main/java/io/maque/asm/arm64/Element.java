package io.maque.asm.arm64;

/**
 * One element of a vector register.
 *
 * @param number of the register
 * @param bits of the element: 16, 32 or 64
 * @param index from the low end
 */
public record Element(int number, int bits, int index) {

  public Element {
    if (index < 0 || index >= 128 / bits) {
      throw new IllegalArgumentException(
          "expected an element 0 to %d of %d bits, found %d"
              .formatted(128 / bits - 1, bits, index));
    }
  }

  /** Size and index, as instructions that copy elements have them: {@code index:1:0…}. */
  int imm5() {
    int bytes = bits / 8;
    return index * 2 * bytes | bytes;
  }

  private char letter() {
    return bits == 16 ? 'h' : bits == 32 ? 's' : 'd';
  }

  @Override
  public String toString() {
    return "v" + number + "." + letter() + "[" + index + "]";
  }

  /** As loads of one element have it. */
  String inBraces() {
    return "{v" + number + "." + letter() + "}[" + index + "]";
  }

  /** As dot products have it: four bytes. */
  String asFourBytes() {
    return "v" + number + ".4b[" + index + "]";
  }
}
