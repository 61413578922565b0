package io.maque.asm;

/**
 * A general-purpose register, or its low half.
 *
 * @param number 0 (rax) to 15 (r15)
 * @param bits 64 or 32
 */
public record Gp(int number, int bits) {
  private static final String[] NAMES = {"ax", "cx", "dx", "bx", "sp", "bp", "si", "di"};

  public static final Gp rax = new Gp(0, 64);
  public static final Gp rcx = new Gp(1, 64);
  public static final Gp rdx = new Gp(2, 64);
  public static final Gp rbx = new Gp(3, 64);
  public static final Gp rsp = new Gp(4, 64);
  public static final Gp rbp = new Gp(5, 64);
  public static final Gp rsi = new Gp(6, 64);
  public static final Gp rdi = new Gp(7, 64);
  public static final Gp r8 = new Gp(8, 64);
  public static final Gp r9 = new Gp(9, 64);
  public static final Gp r10 = new Gp(10, 64);
  public static final Gp r11 = new Gp(11, 64);
  public static final Gp r12 = new Gp(12, 64);
  public static final Gp r13 = new Gp(13, 64);
  public static final Gp r14 = new Gp(14, 64);
  public static final Gp r15 = new Gp(15, 64);

  public Gp {
    if (number < 0 || number > 15 || (bits != 64 && bits != 32)) {
      throw new IllegalArgumentException(
          "expected register 0 to 15 of 32 or 64 bits, found %d of %d".formatted(number, bits));
    }
  }

  /** The low 32 bits; writing them clears the upper half. */
  public Gp low() {
    return new Gp(number, 32);
  }

  @Override
  public String toString() {
    if (number >= 8) {
      return "r" + number + (bits == 32 ? "d" : "");
    }
    return (bits == 64 ? "r" : "e") + NAMES[number];
  }
}
