package io.maque.kernel.jit.arm64;

import io.maque.asm.Label;
import io.maque.asm.arm64.NeonAssembler;
import io.maque.asm.arm64.V;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Constants of 16 bytes that a kernel carries behind its code. */
final class NeonConstants {
  private static final int BYTES = 16;

  private final List<byte[]> values = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();

  /** Loads a register with a byte for each index. */
  void loadBytes(NeonAssembler a, V target, IntUnaryOperator element) {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) element.applyAsInt(i);
    }
    load(a, target, bytes);
  }

  /** Loads a register with {@code value} in each 32-bit element. */
  void loadInts(NeonAssembler a, V target, int value) {
    loadBytes(a, target, i -> value >> i % Integer.BYTES * Byte.SIZE);
  }

  private void load(NeonAssembler a, V target, byte[] bytes) {
    Label label = new Label();
    labels.add(label);
    values.add(bytes);
    a.ldr(target.q(), label);
  }

  /** Places the constants; call after the last instruction. */
  void place(NeonAssembler a) {
    a.align(BYTES);
    for (int i = 0; i < values.size(); i++) {
      a.bind(labels.get(i));
      a.data(values.get(i));
    }
  }
}
