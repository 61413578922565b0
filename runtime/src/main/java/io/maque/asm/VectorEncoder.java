package io.maque.asm;

import io.maque.asm.VectorOp.Form;

/**
 * Puts vector instructions into bytes: VEX where it exists and reaches, else EVEX (Intel manual,
 * volume 2, sections 2.3 and 2.7).
 *
 * <p>{@code reg}, {@code vvvv} and {@code rm} are the manual's names of the three operand fields;
 * an instruction of two operands leaves {@code vvvv} null.
 */
class VectorEncoder extends Assembler {
  private static final int NO_IMMEDIATE = Integer.MIN_VALUE;

  private final boolean avx512;

  /**
   * @param avx512 whether EVEX encodings may be used
   */
  VectorEncoder(boolean avx512) {
    this.avx512 = avx512;
  }

  /** Refuses what a CPU without AVX-512 would die of. */
  final void requireAvx512(String mnemonic) {
    if (!avx512) {
      throw new IllegalArgumentException(
          mnemonic + " with these operands needs AVX-512, and this code is made for CPUs without");
    }
  }

  /** {@code op reg, vvvv, rm}. */
  void encode(VectorOp op, Vec reg, Vec vvvv, Vec rm) {
    encode(op, reg, vvvv, rm, NO_IMMEDIATE);
  }

  void encode(VectorOp op, Vec reg, Vec vvvv, Vec rm, int immediate) {
    boolean vex = useVex(op, false, reg, vvvv, rm);
    list(() -> text(op, vex, operands(reg, vvvv, rm), immediate));
    int bits = Math.max(bits(reg, vvvv), rm.bits());
    emitRegisters(op, vex, bits, reg.number(), number(vvvv), rm.number(), reg, immediate);
  }

  void encode(VectorOp op, Vec reg, Vec vvvv, Memory rm) {
    encode(op, reg, vvvv, rm, NO_IMMEDIATE);
  }

  void encode(VectorOp op, Vec reg, Vec vvvv, Memory rm, int immediate) {
    boolean vex = useVex(op, rm.broadcast(), reg, vvvv);
    list(() -> text(op, vex, operands(reg, vvvv, text(op, bits(reg, vvvv), rm)), immediate));
    emitMemory(op, vex, bits(reg, vvvv), reg, number(vvvv), rm, immediate);
  }

  /** {@code op rm, reg}: the destination is the ModRM operand, as in stores and extractions. */
  void encodeStore(VectorOp op, Vec rm, Vec reg, int immediate) {
    boolean vex = useVex(op, false, rm, reg);
    list(() -> text(op, vex, rm + ", " + reg, immediate));
    emitRegisters(op, vex, reg.bits(), reg.number(), 0, rm.number(), rm, immediate);
  }

  void encodeStore(VectorOp op, Memory rm, Vec reg) {
    encodeStore(op, rm, reg, NO_IMMEDIATE);
  }

  /** A mask on {@code reg} says which elements are stored. */
  void encodeStore(VectorOp op, Memory rm, Vec reg, int immediate) {
    boolean vex = useVex(op, false, reg);
    list(() -> text(op, vex, text(op, rm, reg), immediate));
    emitMemory(op, vex, reg.bits(), reg, 0, rm, immediate);
  }

  /** {@code op rm, vvvv, reg}: a store of the elements that {@code vvvv} selects. */
  void encodeStore(VectorOp op, Memory rm, Vec vvvv, Vec reg) {
    boolean vex = useVex(op, rm.broadcast(), vvvv, reg);
    list(() -> text(op, vex, text(op, reg.bits(), rm) + ", " + vvvv + ", " + reg, NO_IMMEDIATE));
    emitMemory(op, vex, reg.bits(), reg, vvvv.number(), rm, NO_IMMEDIATE);
  }

  /** {@code op k, rm}. */
  void encodeToMask(VectorOp op, Mask target, Vec rm) {
    requireAvx512(op.mnemonic());
    list(() -> text(op, false, target + ", " + rm, NO_IMMEDIATE));
    Vec reg = new Vec(target.number(), rm.bits(), 0, false);
    emitRegisters(op, false, rm.bits(), reg.number(), 0, rm.number(), reg, NO_IMMEDIATE);
  }

  /** {@code op k, vvvv, rm}. */
  void encodeToMask(VectorOp op, Mask target, Vec vvvv, Vec rm) {
    requireAvx512(op.mnemonic());
    list(() -> text(op, false, target + ", " + vvvv + ", " + rm, NO_IMMEDIATE));
    Vec reg = new Vec(target.number(), rm.bits(), 0, false);
    emitRegisters(
        op, false, rm.bits(), reg.number(), vvvv.number(), rm.number(), reg, NO_IMMEDIATE);
  }

  /** A move between registers: the direction whose VEX prefix is shorter. */
  void encodeMove(VectorOp load, VectorOp store, Vec target, Vec source) {
    if (useVex(load, false, target, source) && target.number() < 8 && source.number() >= 8) {
      encodeStore(store, target, source, NO_IMMEDIATE);
    } else {
      encode(load, target, null, source);
    }
  }

  /** {@code op vvvv, rm, immediate} with an opcode extension in the reg field: shifts. */
  void encodeExtended(VectorOp op, int extension, Vec target, Vec rm, int immediate) {
    boolean vex = useVex(op, false, target, rm);
    list(() -> text(op, vex, target + ", " + rm, immediate));
    emitRegisters(
        op, vex, target.bits(), extension, target.number(), rm.number(), target, immediate);
  }

  /** A tile instruction with a memory operand: {@code VEX.128.pp.0F38.W0 opcode}. */
  final void encodeTileMemory(
      String mnemonic, int pp, int opcode, int tile, Memory memory, String operands) {
    requireAvx512(mnemonic);
    if (memory.broadcast()) {
      throw new IllegalArgumentException(mnemonic + " has no broadcast form");
    }
    list(() -> mnemonic + " " + operands);
    int x = memory.index() == null ? 0 : memory.index().number() >> 3;
    int b = memory.base() == null ? 0 : memory.base().number() >> 3;
    emitVex(pp, 2, 0, 0, tile, 0, x, b);
    emit(opcode);
    emitModRm(tile, memory, 1, 0);
  }

  /** A product of tiles; the CPU takes only three different ones. */
  final void encodeTileProduct(String mnemonic, int pp, int opcode, Tile target, Tile a, Tile b) {
    if (target.equals(a) || target.equals(b) || a.equals(b)) {
      throw new IllegalArgumentException(
          "%s takes three different tiles, found %s, %s, %s".formatted(mnemonic, target, a, b));
    }
    String operands = " " + target + ", " + a + ", " + b;
    encodeTiles(mnemonic, pp, opcode, target.number(), a.number(), b.number(), operands);
  }

  /** A tile instruction on registers. */
  final void encodeTiles(
      String mnemonic, int pp, int opcode, int reg, int rm, int vvvv, String operands) {
    requireAvx512(mnemonic);
    list(() -> mnemonic + operands);
    emitVex(pp, 2, 0, 0, reg, vvvv, 0, 0);
    emit(opcode);
    emitModRm(reg, rm);
  }

  private void emitRegisters(
      VectorOp op, boolean vex, int bits, int reg, int vvvv, int rm, Vec target, int immediate) {
    if (vex) {
      emitVex(op, bits, reg, vvvv, 0, rm >> 3);
    } else {
      // A register in ModRM.rm takes its fifth bit from X.
      emitEvex(op, bits, reg, target, vvvv, rm >> 4, rm >> 3, false);
    }
    emit(op.opcode());
    emitModRm(reg, rm);
    emitImmediate(immediate);
  }

  private void emitMemory(
      VectorOp op, boolean vex, int bits, Vec reg, int vvvv, Memory rm, int immediate) {
    int x = rm.index() == null ? 0 : rm.index().number() >> 3;
    int b = rm.base() == null ? 0 : rm.base().number() >> 3;
    int displacementScale = 1;
    if (vex) {
      emitVex(op, bits, reg.number(), vvvv, x, b);
    } else {
      displacementScale = rm.broadcast() ? elementBytes(op) : op.memory().bytes(bits);
      emitEvex(op, bits, reg.number(), reg, vvvv, x, b, rm.broadcast());
    }
    emit(op.opcode());
    emitModRm(reg.number(), rm, displacementScale, immediate == NO_IMMEDIATE ? 0 : 1);
    emitImmediate(immediate);
  }

  private void emitImmediate(int immediate) {
    if (immediate != NO_IMMEDIATE) {
      emit(immediate);
    }
  }

  private void emitVex(VectorOp op, int bits, int reg, int vvvv, int x, int b) {
    emitVex(op.pp(), op.map(), op.w().vex(), bits == 256 ? 1 : 0, reg, vvvv, x, b);
  }

  /** The VEX prefix; two bytes where they suffice. */
  void emitVex(int pp, int map, int w, int length, int reg, int vvvv, int x, int b) {
    int last = (~vvvv & 15) << 3 | length << 2 | pp;
    int notR = ~(reg >> 3) & 1;
    if (x == 0 && b == 0 && map == 1 && w == 0) {
      emit(0xC5);
      emit(notR << 7 | last);
    } else {
      emit(0xC4);
      emit(notR << 7 | (~x & 1) << 6 | (~b & 1) << 5 | map);
      emit(w << 7 | last);
    }
  }

  private void emitEvex(
      VectorOp op, int bits, int reg, Vec target, int vvvv, int x, int b, boolean broadcast) {
    int length = bits == 512 ? 2 : bits == 256 ? 1 : 0;
    emit(0x62);
    emit(
        (~(reg >> 3) & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~(reg >> 4) & 1) << 4 | op.map());
    emit(op.w().evex() << 7 | (~vvvv & 15) << 3 | 4 | op.pp());
    emit(
        (target.zeroing() ? 0x80 : 0)
            | length << 5
            | (broadcast ? 0x10 : 0)
            | (~(vvvv >> 4) & 1) << 3
            | target.mask());
  }

  /** Null registers are operands the instruction does not have. */
  private boolean useVex(VectorOp op, boolean broadcast, Vec... registers) {
    boolean reachable = !broadcast;
    for (Vec register : registers) {
      reachable &=
          register == null
              || register.number() < 16 && register.bits() < 512 && register.mask() == 0;
    }
    if (op.form() == Form.VEX && !reachable) {
      throw new IllegalArgumentException(
          op.mnemonic() + " has no 512-bit, masked, broadcast or high-register form");
    }
    boolean vex = op.form() != Form.EVEX && reachable;
    if (!vex) {
      requireAvx512(op.mnemonic());
    }
    return vex;
  }

  private static int number(Vec register) {
    return register == null ? 0 : register.number();
  }

  private static int bits(Vec a, Vec b) {
    return b == null ? a.bits() : Math.max(a.bits(), b.bits());
  }

  private static int elementBytes(VectorOp op) {
    return op.w().evex() == 1 ? 8 : 4;
  }

  private static String operands(Vec reg, Vec vvvv, Object rm) {
    return vvvv == null ? reg + ", " + rm : reg + ", " + vvvv + ", " + rm;
  }

  private static String text(VectorOp op, boolean vex, String operands, int immediate) {
    String prefix = vex && op.form() == Form.BOTH_EVEX_FIRST ? "{vex} " : "";
    String suffix = immediate == NO_IMMEDIATE ? "" : ", " + (immediate & 0xFF);
    return prefix + op.mnemonic() + " " + operands + suffix;
  }

  private static String text(VectorOp op, Memory target, Vec source) {
    String mask = source.mask() == 0 ? "" : "{k" + source.mask() + "}";
    Vec plain = new Vec(source.number(), source.bits(), 0, false);
    return text(op, source.bits(), target) + mask + ", " + plain;
  }

  private static String text(VectorOp op, int bits, Memory memory) {
    if (memory.broadcast()) {
      int bytes = elementBytes(op);
      return (bytes == 8 ? "qword" : "dword") + " ptr " + memory + "{1to" + bits / 8 / bytes + "}";
    }
    String size =
        switch (op.memory().bytes(bits)) {
          case 1 -> "byte";
          case 2 -> "word";
          case 4 -> "dword";
          case 8 -> "qword";
          case 16 -> "xmmword";
          case 32 -> "ymmword";
          default -> "zmmword";
        };
    return size + " ptr " + memory;
  }
}
