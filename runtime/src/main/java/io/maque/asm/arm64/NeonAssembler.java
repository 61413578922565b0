package io.maque.asm.arm64;

import io.maque.asm.Label;

/**
 * Advanced SIMD instructions ("NEON") with the extensions FEAT_DotProd and FEAT_I8MM, destination
 * first. Methods carry the instruction's mnemonic; what an instruction does is said in the manual.
 */
public final class NeonAssembler extends A64Assembler {

  // Memory

  public void ldr(Scalar target, Address source) {
    int load = target.bits() == 128 ? 3 << 22 : 1 << 22;
    access("ld", target.toString(), vector(target) | load, target.scale(), source, target.number());
  }

  public void str(Scalar source, Address target) {
    int store = source.bits() == 128 ? 2 << 22 : 0;
    access(
        "st", source.toString(), vector(source) | store, source.scale(), target, source.number());
  }

  /** The register's size; 128 bits have that of 8 and one more bit. */
  private static int vector(Scalar register) {
    return 0x3C000000 | (register.bits() == 128 ? 0 : register.scale() << 30);
  }

  public void ldp(Scalar first, Scalar second, Address source) {
    pair("ldp", 1 << 22, first, second, source);
  }

  public void stp(Scalar first, Scalar second, Address target) {
    pair("stp", 0, first, second, target);
  }

  private void pair(String mnemonic, int load, Scalar first, Scalar second, Address address) {
    if (first.bits() != second.bits() || first.bits() < 32) {
      throw new IllegalArgumentException(
          mnemonic + " takes two of 32, 64 or 128 bits, found " + first + ", " + second);
    }
    int word = 0x2D000000 | first.scale() - 2 << 30 | load;
    String names = first + ", " + second;
    pair(mnemonic, names, word, first.scale(), address, first.number(), second.number());
  }

  /** Loads constants placed in the code at a label. */
  public void ldr(Scalar target, Label source) {
    if (target.bits() < 32) {
      throw new IllegalArgumentException("ldr from a label takes 32 bits or more, found " + target);
    }
    list(() -> "ldr " + target + ", " + source);
    emitToLabel(0x1C000000 | target.scale() - 2 << 30 | target.number(), source);
  }

  /** Loads one element and keeps the others. */
  public void ld1(Element target, X address) {
    wholeRegister(address);
    list(() -> "ld1 " + target.inBraces() + ", [" + address + "]");
    // The index lies in the bits Q, S and size, from the high end; larger elements use fewer.
    int index = target.index() << Integer.numberOfTrailingZeros(target.bits()) - 3;
    int place = index >> 3 << 30 | (index >> 2 & 1) << 12 | (index & 3) << 10;
    int kind =
        switch (target.bits()) {
          case 16 -> 2 << 13;
          case 32 -> 4 << 13;
          default -> 4 << 13 | 1 << 10;
        };
    emit32(0x0D400000 | place | kind | address.number() << 5 | target.number());
  }

  /** Loads one element and repeats it over the register. */
  public void ld1r(Lanes target, X address) {
    wholeRegister(address);
    list(() -> "ld1r {" + target + "}, [" + address + "]");
    emit32(
        0x0D40C000
            | target.q() << 30
            | target.size() << 10
            | address.number() << 5
            | target.number());
  }

  // Integers

  public void add(Lanes target, Lanes a, Lanes b) {
    same("add", 0x0E208400, target, a, b);
  }

  public void sub(Lanes target, Lanes a, Lanes b) {
    same("sub", 0x2E208400, target, a, b);
  }

  public void smax(Lanes target, Lanes a, Lanes b) {
    same("smax", 0x0E206400, target, a, b);
  }

  public void neg(Lanes target, Lanes source) {
    unary("neg", 0x2E20B800, target, source);
  }

  /** The sum of all elements. */
  public void addv(Scalar target, Lanes source) {
    acrossLanes("addv", 0x0E31B800, target, source);
  }

  /** The largest element, signed. */
  public void smaxv(Scalar target, Lanes source) {
    acrossLanes("smaxv", 0x0E30A800, target, source);
  }

  private void acrossLanes(String mnemonic, int word, Scalar target, Lanes source) {
    if (target.bits() != source.bits() || source.count() < 4) {
      throw wrong(mnemonic, target + ", " + source);
    }
    list(() -> mnemonic + " " + target + ", " + source);
    emit32(word | form(source) | source.number() << 5 | target.number());
  }

  // Dot products of bytes, summed in 32 bits

  /** Four products for each element. */
  public void sdot(Lanes target, Lanes a, Lanes b) {
    checkDot("sdot", target, a, target.count());
    checkDot("sdot", target, b, target.count());
    list(() -> "sdot %s, %s, %s".formatted(target, a, b));
    emit32(0x0E809400 | target.q() << 30 | fields(target, a, b.number()));
  }

  /** Four products for each element, with the same four bytes of {@code b}. */
  public void sdot(Lanes target, Lanes a, Element b) {
    checkDot("sdot", target, a, target.count());
    checkElement("sdot", target, b);
    list(() -> "sdot %s, %s, %s".formatted(target, a, b.asFourBytes()));
    emit32(0x0F80E000 | target.q() << 30 | place(b) | fields(target, a, b.number()));
  }

  /** {@code target[i][j] += Σ a[i][k] · b[j][k]}: 2 × 8 bytes times 2 × 8 bytes. */
  public void smmla(Lanes target, Lanes a, Lanes b) {
    checkDot("smmla", target, a, 4);
    checkDot("smmla", target, b, 4);
    list(() -> "smmla %s, %s, %s".formatted(target, a, b));
    emit32(0x4E80A400 | fields(target, a, b.number()));
  }

  private static void checkDot(String mnemonic, Lanes target, Lanes source, int count) {
    if (target.bits() != 32
        || target.count() != count
        || source.bits() != 8
        || source.count() != 4 * count) {
      throw wrong(mnemonic, target + ", " + source);
    }
  }

  // Floating point

  public void fmul(Lanes target, Lanes a, Lanes b) {
    floats("fmul", 0x2E20DC00, target, a, b);
  }

  public void fmul(Lanes target, Lanes a, Element b) {
    floatsByElement("fmul", 0x0F809000, target, a, b);
  }

  public void fdiv(Lanes target, Lanes a, Lanes b) {
    floats("fdiv", 0x2E20FC00, target, a, b);
  }

  /** The larger; what is no number prevails. */
  public void fmax(Lanes target, Lanes a, Lanes b) {
    floats("fmax", 0x0E20F400, target, a, b);
  }

  /** {@code target += a · b}, rounded once. */
  public void fmla(Lanes target, Lanes a, Lanes b) {
    floats("fmla", 0x0E20CC00, target, a, b);
  }

  /** {@code target += a · b} with one {@code b} for all, rounded once. */
  public void fmla(Lanes target, Lanes a, Element b) {
    floatsByElement("fmla", 0x0F801000, target, a, b);
  }

  /** All bits set where equal; nothing equals what is no number. */
  public void fcmeq(Lanes target, Lanes a, Lanes b) {
    floats("fcmeq", 0x0E20E400, target, a, b);
  }

  public void fneg(Lanes target, Lanes source) {
    floatUnary("fneg", 0x2EA0F800, target, source);
  }

  public void fabs(Lanes target, Lanes source) {
    floatUnary("fabs", 0x0EA0F800, target, source);
  }

  /** Signed integers to floats. */
  public void scvtf(Lanes target, Lanes source) {
    floatUnary("scvtf", 0x0E21D800, target, source);
  }

  /** Floats to the nearest signed integers, ties to even; 0 for what is no number. */
  public void fcvtns(Lanes target, Lanes source) {
    floatUnary("fcvtns", 0x0E21A800, target, source);
  }

  private void floats(String mnemonic, int word, Lanes target, Lanes a, Lanes b) {
    if (target.bits() != 32 || !target.looksLike(a) || !target.looksLike(b)) {
      throw wrong(mnemonic, target + ", " + a + ", " + b);
    }
    list(() -> "%s %s, %s, %s".formatted(mnemonic, target, a, b));
    emit32(word | target.q() << 30 | fields(target, a, b.number()));
  }

  private void floatsByElement(String mnemonic, int word, Lanes target, Lanes a, Element b) {
    checkElement(mnemonic, target, b);
    if (!target.looksLike(a)) {
      throw wrong(mnemonic, target + ", " + a + ", " + b);
    }
    list(() -> "%s %s, %s, %s".formatted(mnemonic, target, a, b));
    emit32(word | target.q() << 30 | place(b) | fields(target, a, b.number()));
  }

  private static void checkElement(String mnemonic, Lanes target, Element b) {
    if (target.bits() != 32 || b.bits() != 32) {
      throw wrong(mnemonic, target + ", " + b);
    }
  }

  /** Where the index of a 32-bit element is in an instruction: the bits L and H. */
  private static int place(Element b) {
    return (b.index() & 1) << 21 | b.index() >> 1 << 11;
  }

  private void floatUnary(String mnemonic, int word, Lanes target, Lanes source) {
    if (target.bits() != 32 || !target.looksLike(source)) {
      throw wrong(mnemonic, target + ", " + source);
    }
    list(() -> mnemonic + " " + target + ", " + source);
    emit32(word | target.q() << 30 | source.number() << 5 | target.number());
  }

  /** The four f16 in the low half as f32. */
  public void fcvtl(Lanes target, Lanes source) {
    widen("fcvtl", target, source, 0);
  }

  /** The four f16 in the high half as f32. */
  public void fcvtl2(Lanes target, Lanes source) {
    widen("fcvtl2", target, source, 1);
  }

  private void widen(String mnemonic, Lanes target, Lanes source, int high) {
    if (target.bits() != 32 || target.count() != 4 || source.bits() != 16 || source.q() != high) {
      throw wrong(mnemonic, target + ", " + source);
    }
    list(() -> mnemonic + " " + target + ", " + source);
    emit32(0x0E217800 | high << 30 | source.number() << 5 | target.number());
  }

  // Bits

  public void and(Lanes target, Lanes a, Lanes b) {
    bits("and", 0x0E201C00, target, a, b);
  }

  public void orr(Lanes target, Lanes a, Lanes b) {
    bits("orr", 0x0EA01C00, target, a, b);
  }

  public void eor(Lanes target, Lanes a, Lanes b) {
    bits("eor", 0x2E201C00, target, a, b);
  }

  /** Bits of {@code a} where the target has ones, else of {@code b}. */
  public void bsl(Lanes target, Lanes a, Lanes b) {
    bits("bsl", 0x2E601C00, target, a, b);
  }

  private void bits(String mnemonic, int word, Lanes target, Lanes a, Lanes b) {
    if (target.bits() != 8 || !target.looksLike(a) || !target.looksLike(b)) {
      throw wrong(mnemonic, target + ", " + a + ", " + b);
    }
    list(() -> "%s %s, %s, %s".formatted(mnemonic, target, a, b));
    emit32(word | target.q() << 30 | fields(target, a, b.number()));
  }

  public void shl(Lanes target, Lanes source, int bits) {
    shift("shl", 0x0F005400, target, source, bits, 0, target.bits() + bits);
  }

  public void ushr(Lanes target, Lanes source, int bits) {
    shift("ushr", 0x2F000400, target, source, bits, 1, 2 * target.bits() - bits);
  }

  public void sshr(Lanes target, Lanes source, int bits) {
    shift("sshr", 0x0F000400, target, source, bits, 1, 2 * target.bits() - bits);
  }

  /**
   * @param smallest amount; the largest is as many bits fewer than an element has
   * @param field element size and amount in one
   */
  private void shift(
      String mnemonic, int word, Lanes target, Lanes source, int bits, int smallest, int field) {
    if (!target.looksLike(source) || bits < smallest || bits >= target.bits() + smallest) {
      throw wrong(mnemonic, target + ", " + source + ", #" + bits);
    }
    list(() -> "%s %s, %s, #%d".formatted(mnemonic, target, source, bits));
    emit32(word | target.q() << 30 | field << 16 | source.number() << 5 | target.number());
  }

  /** All bits set in elements of which {@code a} and {@code b} share a one. */
  public void cmtst(Lanes target, Lanes a, Lanes b) {
    same("cmtst", 0x0E208C00, target, a, b);
  }

  /** Sets every byte. */
  public void movi(Lanes target, int value) {
    if (target.bits() != 8 || value < 0 || value > 255) {
      throw wrong("movi", target + ", #" + value);
    }
    list(() -> "movi " + target + ", #" + value);
    int fields = value >> 5 << 16 | (value & 31) << 5;
    emit32(0x0F00E400 | target.q() << 30 | fields | target.number());
  }

  // Rearrangement

  /** The low halves of two registers, element by element in turn. */
  public void zip1(Lanes target, Lanes a, Lanes b) {
    same("zip1", 0x0E003800, target, a, b);
  }

  /** The high halves of two registers, element by element in turn. */
  public void zip2(Lanes target, Lanes a, Lanes b) {
    same("zip2", 0x0E007800, target, a, b);
  }

  /** The even elements of two registers, in turn. */
  public void trn1(Lanes target, Lanes a, Lanes b) {
    same("trn1", 0x0E002800, target, a, b);
  }

  /** The odd elements of two registers, in turn. */
  public void trn2(Lanes target, Lanes a, Lanes b) {
    same("trn2", 0x0E006800, target, a, b);
  }

  /** Bytes of {@code table} by number; numbers above 15 give zero. */
  public void tbl(Lanes target, Lanes table, Lanes numbers) {
    if (target.bits() != 8 || !target.looksLike(numbers) || table.bits() != 8 || table.q() == 0) {
      throw wrong("tbl", target + ", " + table + ", " + numbers);
    }
    list(() -> "tbl %s, {%s}, %s".formatted(target, table, numbers));
    emit32(0x0E000000 | target.q() << 30 | fields(target, table, numbers.number()));
  }

  /** Repeats an element over the register. */
  public void dup(Lanes target, Element source) {
    if (target.bits() != source.bits()) {
      throw wrong("dup", target + ", " + source);
    }
    list(() -> "dup " + target + ", " + source);
    int fields = source.imm5() << 16 | source.number() << 5 | target.number();
    emit32(0x0E000400 | target.q() << 30 | fields);
  }

  /** The low half of each element, in the low half of the register; clears the high half. */
  public void xtn(Lanes target, Lanes source) {
    narrow("xtn", 0x0E212800, target, source);
  }

  /** The low half of each element, in the high half of the register; keeps the low half. */
  public void xtn2(Lanes target, Lanes source) {
    narrow("xtn2", 0x0E212800, target, source);
  }

  private void narrow(String mnemonic, int word, Lanes target, Lanes source) {
    int high = mnemonic.endsWith("2") ? 1 : 0;
    if (source.q() == 0 || 2 * target.bits() != source.bits() || target.q() != high) {
      throw wrong(mnemonic, target + ", " + source);
    }
    list(() -> mnemonic + " " + target + ", " + source);
    emit32(word | form(target) | source.number() << 5 | target.number());
  }

  // Encoding

  private void same(String mnemonic, int word, Lanes target, Lanes a, Lanes b) {
    boolean tooLarge = mnemonic.equals("smax") && target.bits() == 64;
    if (tooLarge || !target.looksLike(a) || !target.looksLike(b)) {
      throw wrong(mnemonic, target + ", " + a + ", " + b);
    }
    list(() -> "%s %s, %s, %s".formatted(mnemonic, target, a, b));
    emit32(word | form(target) | fields(target, a, b.number()));
  }

  private void unary(String mnemonic, int word, Lanes target, Lanes source) {
    if (!target.looksLike(source)) {
      throw wrong(mnemonic, target + ", " + source);
    }
    list(() -> mnemonic + " " + target + ", " + source);
    emit32(word | form(target) | source.number() << 5 | target.number());
  }

  private static int form(Lanes lanes) {
    return lanes.q() << 30 | lanes.size() << 22;
  }

  private static int fields(Lanes target, Lanes a, int b) {
    return b << 16 | a.number() << 5 | target.number();
  }

  private static IllegalArgumentException wrong(String mnemonic, String operands) {
    return new IllegalArgumentException(mnemonic + " has no form with " + operands);
  }
}
