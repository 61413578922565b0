package io.maque.asm.arm64;

/**
 * A vector register of 128 bits; what an instruction sees in it is one of its views.
 *
 * @param number 0 to 31
 */
public record V(int number) {

  public V {
    if (number < 0 || number > 31) {
      throw new IllegalArgumentException("expected vector register 0 to 31, found " + number);
    }
  }

  /** Vector register {@code number}. */
  public static V v(int number) {
    return new V(number);
  }

  /** All 128 bits, as loads and stores see them. */
  public Scalar q() {
    return new Scalar(number, 128);
  }

  /** The low 64 bits. */
  public Scalar d() {
    return new Scalar(number, 64);
  }

  /** The low 32 bits. */
  public Scalar s() {
    return new Scalar(number, 32);
  }

  /** The low 16 bits. */
  public Scalar h() {
    return new Scalar(number, 16);
  }

  /** Sixteen bytes. */
  public Lanes b16() {
    return new Lanes(number, 8, 16);
  }

  /** Eight bytes, in the low half. */
  public Lanes b8() {
    return new Lanes(number, 8, 8);
  }

  /** Eight elements of 16 bits. */
  public Lanes h8() {
    return new Lanes(number, 16, 8);
  }

  /** Four elements of 16 bits, in the low half. */
  public Lanes h4() {
    return new Lanes(number, 16, 4);
  }

  /** Four elements of 32 bits. */
  public Lanes s4() {
    return new Lanes(number, 32, 4);
  }

  /** Two elements of 64 bits. */
  public Lanes d2() {
    return new Lanes(number, 64, 2);
  }

  /** Element {@code index} of 16 bits. */
  public Element h(int index) {
    return new Element(number, 16, index);
  }

  /** Element {@code index} of 32 bits. */
  public Element s(int index) {
    return new Element(number, 32, index);
  }

  /** Element {@code index} of 64 bits. */
  public Element d(int index) {
    return new Element(number, 64, index);
  }

  @Override
  public String toString() {
    return "v" + number;
  }
}
