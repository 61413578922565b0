package io.maque.asm;

/**
 * A memory operand: {@code [base + index·scale + displacement]}, or a place in the code itself.
 *
 * @param base null only for a label
 * @param index null for none; never rsp
 * @param scale 1, 2, 4 or 8
 * @param broadcast whether one element is read and repeated over the vector (EVEX only)
 * @param label the place in the code, or null
 */
public record Memory(
    Gp base, Gp index, int scale, int displacement, boolean broadcast, Label label) {

  public Memory {
    if ((base == null) == (label == null)) {
      throw new IllegalArgumentException("expected a base register or a label, and not both");
    }
    if (index != null && index.number() == Gp.rsp.number()) {
      throw new IllegalArgumentException("rsp cannot be an index register");
    }
    if (scale != 1 && scale != 2 && scale != 4 && scale != 8) {
      throw new IllegalArgumentException("expected scale 1, 2, 4 or 8, found " + scale);
    }
  }

  /** {@code [base]}. */
  public static Memory mem(Gp base) {
    return mem(base, 0);
  }

  /** {@code [base + displacement]}. */
  public static Memory mem(Gp base, int displacement) {
    return new Memory(base, null, 1, displacement, false, null);
  }

  /** {@code [base + index·scale + displacement]}. */
  public static Memory mem(Gp base, Gp index, int scale, int displacement) {
    return new Memory(base, index, scale, displacement, false, null);
  }

  /** Constants placed in the code at {@code label}. */
  public static Memory mem(Label label) {
    return new Memory(null, null, 1, 0, false, label);
  }

  /** The same place, read as one element that is repeated over the vector. */
  public Memory broadcasting() {
    return new Memory(base, index, scale, displacement, true, label);
  }

  /** As GNU {@code as} reads it in Intel syntax, without the size. */
  @Override
  public String toString() {
    if (label != null) {
      return "[rip+" + label + "]";
    }
    StringBuilder text = new StringBuilder("[").append(base);
    if (index != null) {
      text.append('+').append(index).append('*').append(scale);
    }
    if (displacement != 0) {
      text.append(displacement < 0 ? "-" : "+").append(Math.abs((long) displacement));
    }
    return text.append(']').toString();
  }
}
