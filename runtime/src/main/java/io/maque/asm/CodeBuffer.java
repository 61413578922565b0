package io.maque.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;

/**
 * Machine code in the making, for any processor: its bytes, the places that still wait for a
 * label's offset, and the same code as text.
 *
 * <p>Each instruction is also written down in GNU syntax; {@link #listing()} is what a kernel's
 * header comment shows and what the encodings are checked by.
 */
public abstract class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;
  private final List<Fixup> fixups = new ArrayList<>();
  private final List<Supplier<String>> listing = new ArrayList<>();

  /**
   * A 32-bit word that depends on a label.
   *
   * @param origin where the distance to the label counts from
   * @param encoding of the word as emitted and the distance in bytes
   */
  private record Fixup(int offset, int origin, Label label, IntBinaryOperator encoding) {}

  /** Bytes emitted so far. */
  public int size() {
    return size;
  }

  /** The instructions so far, in order, in the syntax GNU {@code as} reads. */
  public List<String> listing() {
    return listing.stream().map(Supplier::get).toList();
  }

  /** Notes an instruction; nobody reads the text of most, so it is made when somebody does. */
  protected final void list(Supplier<String> text) {
    listing.add(text);
  }

  /** Makes {@code label} stand for the place of the next byte. */
  public void bind(Label label) {
    if (label.offset >= 0) {
      throw new IllegalStateException("label is bound already, at offset " + label.offset);
    }
    label.offset = size;
    list(() -> label + ":");
  }

  /** Fills with zero bytes up to a multiple of {@code alignment}; constants follow. */
  public void align(int alignment) {
    while (size % alignment != 0) {
      emit(0);
    }
  }

  /** Places bytes in the code, to be read through a label. */
  public void data(byte[] bytes) {
    for (byte value : bytes) {
      emit(value);
    }
  }

  /** The finished code, all labels resolved. */
  public byte[] toBytes() {
    byte[] code = Arrays.copyOf(bytes, size);
    for (Fixup fixup : fixups) {
      if (fixup.label.offset < 0) {
        throw new IllegalStateException(
            "label used at offset " + fixup.offset + " was never bound");
      }
      int word = 0;
      for (int i = 0; i < 4; i++) {
        word |= (code[fixup.offset + i] & 0xFF) << 8 * i;
      }
      word = fixup.encoding.applyAsInt(word, fixup.label.offset - fixup.origin);
      for (int i = 0; i < 4; i++) {
        code[fixup.offset + i] = (byte) (word >> (8 * i));
      }
    }
    return code;
  }

  protected final void emit(int value) {
    if (size == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * size);
    }
    bytes[size++] = (byte) value;
  }

  protected final void emit32(int value) {
    for (int i = 0; i < 4; i++) {
      emit(value >> (8 * i));
    }
  }

  protected final void emit64(long value) {
    emit32((int) value);
    emit32((int) (value >> 32));
  }

  /**
   * Emits a word that is completed when the label is known.
   *
   * @param originAfter bytes from the word's beginning to where distances count from
   * @param encoding of the word and the distance in bytes
   */
  protected final void emitFixup(
      int word, Label label, int originAfter, IntBinaryOperator encoding) {
    fixups.add(new Fixup(size, size + originAfter, label, encoding));
    emit32(word);
  }
}
