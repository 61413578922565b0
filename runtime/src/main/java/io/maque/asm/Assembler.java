package io.maque.asm;

/**
 * General-purpose x86-64 instructions (Intel manual, volume 2). 64-bit operands unless a register
 * is {@link Gp#low()}. Jumps always take the long form. The listing is in GNU {@code as}' Intel
 * syntax.
 */
public class Assembler extends CodeBuffer {
  /** Condition codes as the low nibble of the jump opcodes. */
  private static final int ZERO = 4;

  private static final int NOT_ZERO = 5;
  private static final int GREATER_OR_EQUAL = 13;

  // Moves

  public void mov(Gp target, Gp source) {
    list(() -> "mov " + target + ", " + source);
    rex(source, target);
    emit(0x89);
    emitModRm(source.number(), target.number());
  }

  /** Loads a constant, in the shortest form that sign-extends to it. */
  public void mov(Gp target, long value) {
    if (target.bits() == 32) {
      list(() -> "mov " + target + ", " + (int) value);
      if (target.number() >= 8) {
        emit(0x41);
      }
      emit(0xB8 | target.number() & 7);
      emit32((int) value);
    } else if (value == (int) value) {
      list(() -> "mov " + target + ", " + value);
      rexForRm(target);
      emit(0xC7);
      emitModRm(0, target.number());
      emit32((int) value);
    } else {
      list(() -> "movabs " + target + ", " + value);
      emit(0x48 | target.number() >> 3);
      emit(0xB8 | target.number() & 7);
      emit64(value);
    }
  }

  public void mov(Gp target, Memory source) {
    list(() -> "mov " + target + ", " + pointer(target) + source);
    load(target, source, 0x8B);
  }

  public void mov(Memory target, Gp source) {
    list(() -> "mov " + pointer(source) + target + ", " + source);
    rex(source.bits() == 64, source.number(), target);
    emit(0x8B ^ 2);
    emitModRm(source.number(), target, 1, 0);
  }

  public void lea(Gp target, Memory source) {
    list(() -> "lea " + target + ", " + source);
    load(target, source, 0x8D);
  }

  public void push(Gp register) {
    list(() -> "push " + register);
    pushOrPop(0x50, register);
  }

  public void pop(Gp register) {
    list(() -> "pop " + register);
    pushOrPop(0x58, register);
  }

  private void pushOrPop(int opcode, Gp register) {
    if (register.number() >= 8) {
      emit(0x41);
    }
    emit(opcode | register.number() & 7);
  }

  // Arithmetic: the number is the operation's place in the opcode and in ModRM

  public void add(Gp target, Gp source) {
    arithmetic("add", 0, target, source);
  }

  public void add(Gp target, int value) {
    arithmetic("add", 0, target, value);
  }

  public void or(Gp target, Gp source) {
    arithmetic("or", 1, target, source);
  }

  public void and(Gp target, int value) {
    arithmetic("and", 4, target, value);
  }

  public void sub(Gp target, Gp source) {
    arithmetic("sub", 5, target, source);
  }

  public void sub(Gp target, int value) {
    arithmetic("sub", 5, target, value);
  }

  public void cmp(Gp target, Gp source) {
    arithmetic("cmp", 7, target, source);
  }

  public void cmp(Gp target, int value) {
    arithmetic("cmp", 7, target, value);
  }

  private void arithmetic(String mnemonic, int operation, Gp target, Gp source) {
    list(() -> mnemonic + " " + target + ", " + source);
    rex(source, target);
    emit(operation << 3 | 1);
    emitModRm(source.number(), target.number());
  }

  private void arithmetic(String mnemonic, int operation, Gp target, int value) {
    list(() -> mnemonic + " " + target + ", " + value);
    rexForRm(target);
    if (value == (byte) value) {
      emit(0x83);
      emitModRm(operation, target.number());
      emit(value);
    } else if (target.number() == 0) {
      emit(operation << 3 | 5);
      emit32(value);
    } else {
      emit(0x81);
      emitModRm(operation, target.number());
      emit32(value);
    }
  }

  public void test(Gp a, Gp b) {
    list(() -> "test " + a + ", " + b);
    rex(b, a);
    emit(0x85);
    emitModRm(b.number(), a.number());
  }

  public void imul(Gp target, Gp source) {
    list(() -> "imul " + target + ", " + source);
    rex(target, source);
    emit(0x0F);
    emit(0xAF);
    emitModRm(target.number(), source.number());
  }

  public void imul(Gp target, Gp source, int value) {
    list(() -> "imul " + target + ", " + source + ", " + value);
    rex(target, source);
    emit(value == (byte) value ? 0x6B : 0x69);
    emitModRm(target.number(), source.number());
    if (value == (byte) value) {
      emit(value);
    } else {
      emit32(value);
    }
  }

  public void shr(Gp target, int bits) {
    shift("shr", 5, target, bits);
  }

  private void shift(String mnemonic, int operation, Gp target, int bits) {
    list(() -> mnemonic + " " + target + ", " + bits);
    rexForRm(target);
    emit(bits == 1 ? 0xD1 : 0xC1);
    emitModRm(operation, target.number());
    if (bits != 1) {
      emit(bits);
    }
  }

  public void dec(Gp target) {
    list(() -> "dec " + target);
    rexForRm(target);
    emit(0xFF);
    emitModRm(1, target.number());
  }

  // Control

  public void jmp(Label target) {
    list(() -> "jmp " + target);
    emit(0xE9);
    emitDistance(target, 0);
  }

  /** Jumps to the code at the address in a register. */
  public void jmp(Gp target) {
    list(() -> "jmp " + target);
    emitThroughRegister(4, target);
  }

  /** Jumps when equal, or zero. */
  public void jz(Label target) {
    jump("jz", ZERO, target);
  }

  /** Jumps when not equal, or not zero. */
  public void jnz(Label target) {
    jump("jnz", NOT_ZERO, target);
  }

  /** Jumps when greater or equal, signed. */
  public void jge(Label target) {
    jump("jge", GREATER_OR_EQUAL, target);
  }

  private void jump(String mnemonic, int condition, Label target) {
    list(() -> mnemonic + " " + target);
    emit(0x0F);
    emit(0x80 | condition);
    emitDistance(target, 0);
  }

  /** Calls the code at the address in a register. */
  public void call(Gp target) {
    list(() -> "call " + target);
    emitThroughRegister(2, target);
  }

  private void emitThroughRegister(int operation, Gp target) {
    if (target.bits() != 64) {
      throw new IllegalArgumentException("an address has 64 bits, found " + target);
    }
    if (target.number() >= 8) {
      emit(0x41);
    }
    emit(0xFF);
    emitModRm(operation, target.number());
  }

  public void ret() {
    list(() -> "ret");
    emit(0xC3);
  }

  // Machine

  /**
   * Calls Linux: number in rax, arguments in rdi, rsi, rdx, r10, r8, r9; overwrites rcx and r11.
   */
  public void syscall() {
    list(() -> "syscall");
    emit(0x0F);
    emit(0x05);
  }

  public void cpuid() {
    list(() -> "cpuid");
    emit(0x0F);
    emit(0xA2);
  }

  public void xgetbv() {
    list(() -> "xgetbv");
    emit(0x0F);
    emit(0x01);
    emit(0xD0);
  }

  /** Prefetches a cache line to all levels. */
  public void prefetcht0(Memory address) {
    prefetch("prefetcht0", 1, address);
  }

  /** Prefetches a cache line to the second level. */
  public void prefetcht1(Memory address) {
    prefetch("prefetcht1", 2, address);
  }

  private void prefetch(String mnemonic, int hint, Memory address) {
    list(() -> mnemonic + " byte ptr " + address);
    rex(false, 0, address);
    emit(0x0F);
    emit(0x18);
    emitModRm(hint, address, 1, 0);
  }

  // Encoding

  private void load(Gp target, Memory source, int opcode) {
    rex(target.bits() == 64, target.number(), source);
    emit(opcode);
    emitModRm(target.number(), source, 1, 0);
  }

  private static String pointer(Gp register) {
    return register.bits() == 64 ? "qword ptr " : "dword ptr ";
  }

  private void rex(Gp reg, Gp rm) {
    if (reg.bits() != rm.bits()) {
      throw new IllegalArgumentException("operands of two sizes: " + reg + ", " + rm);
    }
    emitRex(reg.bits() == 64, reg.number() >> 3, 0, rm.number() >> 3);
  }

  private void rexForRm(Gp rm) {
    emitRex(rm.bits() == 64, 0, 0, rm.number() >> 3);
  }

  private void rex(boolean wide, int reg, Memory memory) {
    int index = memory.index() == null ? 0 : memory.index().number() >> 3;
    int base = memory.base() == null ? 0 : memory.base().number() >> 3;
    emitRex(wide, reg >> 3, index, base);
  }

  private void emitRex(boolean wide, int r, int x, int b) {
    int rex = 0x40 | (wide ? 8 : 0) | r << 2 | x << 1 | b;
    if (rex != 0x40) {
      emit(rex);
    }
  }

  /**
   * Emits the 32-bit distance to a label, counted from the end of the instruction.
   *
   * @param bytesAfter bytes of the instruction that follow the distance, such as an immediate
   */
  void emitDistance(Label label, int bytesAfter) {
    emitFixup(0, label, 4 + bytesAfter, (word, distance) -> distance);
  }

  /**
   * Emits ModRM, SIB and displacement.
   *
   * @param reg low three bits of the register or opcode-extension field
   * @param displacementScale EVEX's compressed displacement: bytes that one unit of an 8-bit
   *     displacement stands for; 1 elsewhere
   * @param bytesAfter bytes of the instruction that follow
   */
  void emitModRm(int reg, Memory memory, int displacementScale, int bytesAfter) {
    int regField = (reg & 7) << 3;
    if (memory.label() != null) {
      emit(regField | 5);
      emitDistance(memory.label(), bytesAfter);
      return;
    }
    int base = memory.base().number() & 7;
    int displacement = memory.displacement();
    boolean compressed =
        displacement % displacementScale == 0
            && displacement / displacementScale == (byte) (displacement / displacementScale);
    // rbp and r13 without displacement would mean something else, so they get an explicit zero.
    int mode = displacement == 0 && base != 5 ? 0 : compressed ? 1 : 2;
    if (memory.index() == null && base != 4) {
      emit(mode << 6 | regField | base);
    } else {
      int index = memory.index() == null ? 4 : memory.index().number() & 7;
      emit(mode << 6 | regField | 4);
      emit(Integer.numberOfTrailingZeros(memory.scale()) << 6 | index << 3 | base);
    }
    if (mode == 1) {
      emit(displacement / displacementScale);
    } else if (mode == 2) {
      emit32(displacement);
    }
  }

  /** Emits ModRM for a register operand. */
  void emitModRm(int reg, int rm) {
    emit(0xC0 | (reg & 7) << 3 | rm & 7);
  }
}
