package io.maque.asm.arm64;

/**
 * A vector register as elements of one size.
 *
 * @param number of the register
 * @param bits of an element: 8, 16, 32 or 64
 * @param count of elements; they fill the register, or its low half
 */
public record Lanes(int number, int bits, int count) {

  public Lanes {
    if (Integer.bitCount(bits) != 1
        || bits < 8
        || bits > 64
        || count < 2
        || (bits * count != 128 && bits * count != 64)) {
      throw new IllegalArgumentException(
          "expected two or more elements of 8 to 64 bits that fill 64 or 128, found %d of %d"
              .formatted(count, bits));
    }
  }

  /** The bit of an instruction that says whether the elements fill the register. */
  int q() {
    return bits * count == 128 ? 1 : 0;
  }

  /** The field of an instruction that says how large an element is. */
  int size() {
    return Integer.numberOfTrailingZeros(bits) - 3;
  }

  boolean looksLike(Lanes other) {
    return bits == other.bits && count == other.count;
  }

  @Override
  public String toString() {
    return "v" + number + "." + count + "bhsd".charAt(size());
  }
}
