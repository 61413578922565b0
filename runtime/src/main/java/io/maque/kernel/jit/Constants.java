package io.maque.kernel.jit;

import io.maque.asm.Label;
import io.maque.asm.Memory;
import io.maque.asm.Vec;
import io.maque.asm.VectorAssembler;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Constants that a kernel carries behind its code, each as long as the longest register. */
final class Constants {
  private static final int BYTES = 64;

  private final List<byte[]> values = new ArrayList<>();
  private final List<Label> labels = new ArrayList<>();
  private final Map<Float, Memory> floats = new HashMap<>();

  /** Loads a register with {@code value} in each byte. */
  void loadBytes(VectorAssembler a, Vec target, int value) {
    a.vmovups(target, bytes(i -> value));
  }

  /** Loads a register with a 32-bit element for each index. */
  void loadInts(VectorAssembler a, Vec target, IntUnaryOperator element) {
    a.vmovups(target, ints(element));
  }

  /** A constant with a byte for each index, as an operand. */
  Memory bytes(IntUnaryOperator element) {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) element.applyAsInt(i);
    }
    return operand(bytes);
  }

  /** A constant with a 32-bit element for each index, as an operand. */
  Memory ints(IntUnaryOperator element) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < BYTES / Integer.BYTES; i++) {
      bytes.putInt(element.applyAsInt(i));
    }
    return operand(bytes.array());
  }

  /** {@code ones} 32-bit elements with all bits set, then as many without any, as an operand. */
  Memory onesThenZeros(int ones) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * ones * Integer.BYTES);
    for (int i = 0; i < ones; i++) {
      bytes.putInt(-1);
    }
    return operand(bytes.array());
  }

  /** Loads a register with {@code value} in each 32-bit element. */
  void loadFloats(VectorAssembler a, Vec target, float value) {
    a.vbroadcastss(target, floats(value));
  }

  /** {@code value} in each 32-bit element, as an operand. */
  Memory floats(float value) {
    return floats.computeIfAbsent(value, f -> ints(i -> Float.floatToRawIntBits(f)));
  }

  private Memory operand(byte[] value) {
    Label label = new Label();
    labels.add(label);
    values.add(value);
    return Memory.mem(label);
  }

  /** Places the constants; call after the last instruction. */
  void place(VectorAssembler a) {
    a.align(BYTES);
    for (int i = 0; i < values.size(); i++) {
      a.bind(labels.get(i));
      a.data(values.get(i));
    }
  }
}
