package io.maque.asm.arm64;

import io.maque.asm.CodeBuffer;
import io.maque.asm.Label;

/**
 * General-purpose A64 instructions. Operands have 64 bits unless a register is {@link X#w()}.
 * Distances to labels reach 1 MB, those of {@link #b} 128.
 */
public class A64Assembler extends CodeBuffer {
  private static final int SP = 31;

  /** Condition codes. */
  private static final int NOT_EQUAL = 1;

  private static final int UNSIGNED_LOWER = 3;
  private static final int LESS = 11;

  // Moves

  public void mov(X target, X source) {
    noStackPointer(target, source);
    sameSize(target, source);
    list(() -> "mov " + target + ", " + source);
    // orr target, zero, source
    emitSized(0x2A0003E0, target, source.number() << 16 | target.number());
  }

  /** Sets 16 bits from bit {@code shift} on, and clears the others. */
  public void movz(X target, int value, int shift) {
    moveWide("movz", 0x52800000, target, value, shift);
  }

  /** Sets 16 bits from bit {@code shift} on, and keeps the others. */
  public void movk(X target, int value, int shift) {
    moveWide("movk", 0x72800000, target, value, shift);
  }

  /** Loads a constant that is not negative: one instruction for each 16 bits that are not zero. */
  public void mov(X target, long value) {
    movz(target, (int) value & 0xFFFF, 0);
    for (int shift = 16; shift < 64; shift += 16) {
      int part = (int) (value >>> shift) & 0xFFFF;
      if (part != 0) {
        movk(target, part, shift);
      }
    }
  }

  private void moveWide(String mnemonic, int word, X target, int value, int shift) {
    noStackPointer(target);
    if (value < 0 || value > 0xFFFF || shift % 16 != 0 || shift < 0 || shift >= target.bits()) {
      throw new IllegalArgumentException(
          "%s takes 16 bits shifted by a multiple of 16, found %d, %d"
              .formatted(mnemonic, value, shift));
    }
    list(() -> "%s %s, #%d, lsl #%d".formatted(mnemonic, target, value, shift));
    emitSized(word, target, shift / 16 << 21 | value << 5 | target.number());
  }

  // Arithmetic

  public void add(X target, X source, int value) {
    addImmediate("add", 0x11000000, target, source, value);
  }

  public void sub(X target, X source, int value) {
    addImmediate("sub", 0x51000000, target, source, value);
  }

  /** Subtracts and sets the flags. */
  public void subs(X target, X source, int value) {
    noStackPointer(target);
    addImmediate("subs", 0x71000000, target, source, value);
  }

  private void addImmediate(String mnemonic, int word, X target, X source, int value) {
    sameSize(target, source);
    boolean shifted = value > 0xFFF && (value & 0xFFF) == 0;
    int field = shifted ? value >> 12 : value;
    if (field < 0 || field > 0xFFF) {
      throw new IllegalArgumentException(
          mnemonic + " takes 12 bits, or 12 bits times 4096, found " + value);
    }
    list(() -> "%s %s, %s, #%d".formatted(mnemonic, target, source, value));
    int fields = field << 10 | source.number() << 5 | target.number();
    emitSized(word, target, (shifted ? 1 << 22 : 0) | fields);
  }

  public void add(X target, X a, X b) {
    threeRegisters("add", 0x0B000000, target, a, b);
  }

  public void sub(X target, X a, X b) {
    threeRegisters("sub", 0x4B000000, target, a, b);
  }

  public void mul(X target, X a, X b) {
    threeRegisters("mul", 0x1B007C00, target, a, b);
  }

  /** {@code a << (b mod size)}. */
  public void lsl(X target, X a, X b) {
    threeRegisters("lsl", 0x1AC02000, target, a, b);
  }

  private void threeRegisters(String mnemonic, int word, X target, X a, X b) {
    noStackPointer(target, a, b);
    sameSize(target, a, b);
    list(() -> "%s %s, %s, %s".formatted(mnemonic, target, a, b));
    emitSized(word, target, b.number() << 16 | a.number() << 5 | target.number());
  }

  /** {@code target = addend + a · b}. */
  public void madd(X target, X a, X b, X addend) {
    noStackPointer(target, a, b, addend);
    sameSize(target, a, b, addend);
    list(() -> "madd %s, %s, %s, %s".formatted(target, a, b, addend));
    int fields = b.number() << 16 | addend.number() << 10 | a.number() << 5 | target.number();
    emitSized(0x1B000000, target, fields);
  }

  /** {@code width} bits from bit {@code low} on, as a number. */
  public void ubfx(X target, X source, int low, int width) {
    checkBits("ubfx", target, low);
    checkBits("ubfx", target, low + width - 1);
    if (width < 1) {
      throw new IllegalArgumentException("ubfx takes a bit or more, found " + width);
    }
    noStackPointer(target, source);
    sameSize(target, source);
    list(() -> "ubfx %s, %s, #%d, #%d".formatted(target, source, low, width));
    int n = target.bits() == 64 ? 1 << 22 : 0;
    int fields = low << 16 | low + width - 1 << 10 | source.number() << 5 | target.number();
    emitSized(0x53000000, target, n | fields);
  }

  private static void checkBits(String mnemonic, X target, int bit) {
    if (bit < 0 || bit >= target.bits()) {
      throw new IllegalArgumentException(
          "%s of %d bits cannot reach bit %d".formatted(mnemonic, target.bits(), bit));
    }
  }

  public void cmp(X a, X b) {
    noStackPointer(a, b);
    sameSize(a, b);
    list(() -> "cmp " + a + ", " + b);
    emitSized(0x6B00001F, a, b.number() << 16 | a.number() << 5);
  }

  /** {@code a} where the last comparison found less, signed, else {@code b}. */
  public void cselLess(X target, X a, X b) {
    noStackPointer(target, a, b);
    sameSize(target, a, b);
    list(() -> "csel %s, %s, %s, lt".formatted(target, a, b));
    int fields = b.number() << 16 | LESS << 12 | a.number() << 5 | target.number();
    emitSized(0x1A800000, target, fields);
  }

  // Memory

  public void ldr(X target, Address source) {
    noStackPointer(target);
    access("ld", target.toString(), general(target) | 1 << 22, size(target), source, target);
  }

  public void str(X source, Address target) {
    noStackPointer(source);
    access("st", source.toString(), general(source), size(source), target, source);
  }

  private static int general(X register) {
    return register.bits() == 64 ? 0xF8000000 : 0xB8000000;
  }

  private static int size(X register) {
    return register.bits() == 64 ? 3 : 2;
  }

  private void access(String verb, String name, int word, int scale, Address address, X register) {
    access(verb, name, word, scale, address, register.number());
  }

  /**
   * Emits a load or store in the form that reaches: scaled, unscaled ({@code ldur}), or with an
   * index.
   *
   * @param word of the unscaled form
   * @param scale log₂ of the bytes accessed
   */
  final void access(String verb, String name, int word, int scale, Address address, int register) {
    int displacement = address.displacement();
    int fields = address.base().number() << 5 | register;
    if (address.index() != null) {
      list(() -> "%sr %s, %s".formatted(verb, name, address));
      emit32(word | 0x00206800 | address.index().number() << 16 | fields);
    } else if (displacement >= 0
        && displacement % (1 << scale) == 0
        && displacement >> scale < 1 << 12) {
      list(() -> "%sr %s, %s".formatted(verb, name, address));
      emit32(word | 1 << 24 | displacement >> scale << 10 | fields);
    } else if (displacement >= -256 && displacement < 256) {
      list(() -> "%sur %s, %s".formatted(verb, name, address));
      emit32(word | (displacement & 0x1FF) << 12 | fields);
    } else {
      throw new IllegalArgumentException(
          "%sr %s cannot reach displacement %d".formatted(verb, name, displacement));
    }
  }

  public void ldp(X first, X second, Address source) {
    sameSize(first, second);
    noStackPointer(first, second);
    pair(
        "ldp",
        first + ", " + second,
        pairOf(first) | 1 << 22,
        size(first),
        source,
        first.number(),
        second.number());
  }

  public void stp(X first, X second, Address target) {
    sameSize(first, second);
    noStackPointer(first, second);
    pair(
        "stp",
        first + ", " + second,
        pairOf(first),
        size(first),
        target,
        first.number(),
        second.number());
  }

  private static int pairOf(X register) {
    return register.bits() == 64 ? 0xA9000000 : 0x29000000;
  }

  /** Emits a load or store of two registers. */
  final void pair(
      String mnemonic, String names, int word, int scale, Address address, int first, int second) {
    int scaled = address.displacement() >> scale;
    if (mnemonic.equals("ldp") && first == second) {
      throw new IllegalArgumentException("ldp loads two registers, found " + names);
    }
    if (address.index() != null
        || scaled << scale != address.displacement()
        || scaled < -64
        || scaled > 63) {
      throw new IllegalArgumentException(
          "%s %s takes -64 to 63 times %d bytes, found %s"
              .formatted(mnemonic, names, 1 << scale, address));
    }
    list(() -> "%s %s, %s".formatted(mnemonic, names, address));
    emit32(word | (scaled & 0x7F) << 15 | second << 10 | address.base().number() << 5 | first);
  }

  /** Prefetches the cache line at an address to all levels. */
  public void prfm(Address address) {
    access("prfm", address);
  }

  private void access(String mnemonic, Address address) {
    int displacement = address.displacement();
    if (address.index() != null
        || displacement < 0
        || displacement % 8 != 0
        || displacement >= 8 << 12) {
      throw new IllegalArgumentException(mnemonic + " cannot reach " + address);
    }
    list(() -> mnemonic + " pldl1keep, " + address);
    emit32(0xF9800000 | displacement / 8 << 10 | address.base().number() << 5);
  }

  // Control

  public void b(Label target) {
    list(() -> "b " + target);
    emitFixup(0x14000000, target, 0, (word, distance) -> word | inReach(distance >> 2, 26));
  }

  /** Jumps when not equal, or not zero. */
  public void bne(Label target) {
    branch("b.ne", NOT_EQUAL, target);
  }

  /** Jumps when lower, unsigned. */
  public void blo(Label target) {
    branch("b.lo", UNSIGNED_LOWER, target);
  }

  private void branch(String mnemonic, int condition, Label target) {
    list(() -> mnemonic + " " + target);
    emitToLabel(0x54000000 | condition, target);
  }

  /** Jumps when a register is zero. */
  public void cbz(X register, Label target) {
    noStackPointer(register);
    list(() -> "cbz " + register + ", " + target);
    emitToLabel(0x34000000 | wide(register) | register.number(), target);
  }

  /** Jumps when a register is not zero. */
  public void cbnz(X register, Label target) {
    noStackPointer(register);
    list(() -> "cbnz " + register + ", " + target);
    emitToLabel(0x35000000 | wide(register) | register.number(), target);
  }

  /** Emits an instruction with the distance to a label, in words, in bits 5 to 23. */
  final void emitToLabel(int instruction, Label target) {
    emitFixup(instruction, target, 0, (word, distance) -> word | inReach(distance >> 2, 19) << 5);
  }

  private static int inReach(int distance, int bits) {
    if (distance < -1 << bits - 1 || distance >= 1 << bits - 1) {
      throw new IllegalStateException("a label is out of reach: %d words".formatted(distance));
    }
    return distance & (1 << bits) - 1;
  }

  /** Calls the code at the address in a register. */
  public void blr(X target) {
    registerOnly("blr", 0xD63F0000, target, 5);
  }

  public void ret() {
    list(() -> "ret");
    emit32(0xD65F03C0);
  }

  // Caches, for code that was just written

  /** Reads the cache type register. */
  public void mrsCtr(X target) {
    noStackPointer(target);
    wholeRegister(target);
    list(() -> "mrs " + target + ", ctr_el0");
    emit32(0xD53B0020 | target.number());
  }

  /** Writes back the data cache line at an address to where instructions are fetched from. */
  public void dcCvau(X address) {
    registerOnly("dc cvau,", 0xD50B7B20, address, 0);
  }

  /** Drops the instruction cache line at an address. */
  public void icIvau(X address) {
    registerOnly("ic ivau,", 0xD50B7520, address, 0);
  }

  /** Waits until all cores see the memory accesses and cache operations before. */
  public void dsbIsh() {
    list(() -> "dsb ish");
    emit32(0xD5033B9F);
  }

  /** Drops instructions that were fetched ahead. */
  public void isb() {
    list(() -> "isb");
    emit32(0xD5033FDF);
  }

  private void registerOnly(String mnemonic, int word, X register, int shift) {
    noStackPointer(register);
    wholeRegister(register);
    list(() -> mnemonic + " " + register);
    emit32(word | register.number() << shift);
  }

  // Encoding

  private static int wide(X register) {
    return register.bits() == 64 ? 1 << 31 : 0;
  }

  private void emitSized(int word, X register, int fields) {
    emit32(word | wide(register) | fields);
  }

  static void wholeRegister(X register) {
    if (register.bits() != 64) {
      throw new IllegalArgumentException("expected a register of 64 bits, found " + register);
    }
  }

  private static void sameSize(X... registers) {
    for (X register : registers) {
      if (register.bits() != registers[0].bits()) {
        throw new IllegalArgumentException(
            "operands of two sizes: " + registers[0] + ", " + register);
      }
    }
  }

  /** Number 31 means zero in these places. */
  private static void noStackPointer(X... registers) {
    for (X register : registers) {
      if (register.number() == SP) {
        throw new IllegalArgumentException("the stack pointer cannot stand here");
      }
    }
  }
}
