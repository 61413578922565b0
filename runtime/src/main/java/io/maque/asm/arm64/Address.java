package io.maque.asm.arm64;

/**
 * A memory operand: {@code [base, #displacement]} or {@code [base, index]}.
 *
 * @param base a register of 64 bits, or the stack pointer
 * @param index null for none; never the stack pointer
 * @param displacement bytes; what is in reach depends on the instruction
 */
public record Address(X base, X index, int displacement) {

  public Address {
    if (base.bits() != 64 || index != null && (index.bits() != 64 || index.equals(X.sp))) {
      throw new IllegalArgumentException(
          "expected registers of 64 bits in an address, found " + base + " and " + index);
    }
  }

  /** {@code [base]}. */
  public static Address mem(X base) {
    return new Address(base, null, 0);
  }

  /** {@code [base, #displacement]}. */
  public static Address mem(X base, int displacement) {
    return new Address(base, null, displacement);
  }

  /** {@code [base, index]}. */
  public static Address mem(X base, X index) {
    return new Address(base, index, 0);
  }

  @Override
  public String toString() {
    if (index != null) {
      return "[" + base + ", " + index + "]";
    }
    return displacement == 0 ? "[" + base + "]" : "[" + base + ", #" + displacement + "]";
  }
}
