package io.maque.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Bytes of machine code in the making, with the places that still wait for a label's offset. */
class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();

  /** A 32-bit distance at {@code offset} that counts from {@code origin} to the label. */
  private record Fixup(int offset, int origin, Label label) {}

  /** Bytes emitted so far. */
  public int size() {
    return size;
  }

  /** Makes {@code label} stand for the place of the next byte. */
  public void bind(Label label) {
    if (label.offset >= 0) {
      throw new IllegalStateException("label is bound already, at offset " + label.offset);
    }
    label.offset = size;
  }

  /** The finished code, all labels resolved. */
  public byte[] toBytes() {
    byte[] code = Arrays.copyOf(bytes, size);
    for (Fixup fixup : fixups) {
      if (fixup.label.offset < 0) {
        throw new IllegalStateException(
            "label used at offset " + fixup.offset + " was never bound");
      }
      int distance = fixup.label.offset - fixup.origin;
      for (int i = 0; i < 4; i++) {
        code[fixup.offset + i] = (byte) (distance >> (8 * i));
      }
    }
    return code;
  }

  void emit(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  void emit32(int value) {
    for (int i = 0; i < 4; i++) {
      emit(value >> (8 * i));
    }
  }

  void emit64(long value) {
    emit32((int) value);
    emit32((int) (value >> 32));
  }

  /**
   * Emits the 32-bit distance to a label, counted from the end of the instruction.
   *
   * @param bytesAfter bytes of the instruction that follow the distance, such as an immediate
   */
  void emitDistance(Label label, int bytesAfter) {
    fixups.add(new Fixup(size, size + 4 + bytesAfter, label));
    emit32(0);
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
