package io.maque.quant;

import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** How the bytes of a storage format become f32 values. Stateless; any thread may use it. */
public interface BlockFormat {

  /** The format that this object decodes. */
  TensorType type();

  /**
   * Decodes one block.
   *
   * @param source holds the block at byte {@code offset}
   * @param target receives {@code type().blockSize()} values from index {@code at} on
   */
  void decodeBlock(MemorySegment source, long offset, float[] target, int at);

  /**
   * Decodes {@code count} consecutive elements, which begin with a block.
   *
   * @param source holds the first block at byte {@code offset}
   * @param target receives the values from index {@code at} on
   * @throws IllegalArgumentException when {@code count} is not a whole number of blocks
   * @throws IndexOutOfBoundsException when the source or the target is too small
   */
  default void decode(MemorySegment source, long offset, float[] target, int at, int count) {
    long end = offset + type().bytes(count);
    int to = at;
    for (long from = offset; from < end; from += type().blockBytes()) {
      decodeBlock(source, from, target, to);
      to += type().blockSize();
    }
  }

  /** The values of row {@code row} of {@code tensor}, a fresh array. */
  static float[] decodeRow(Tensor tensor, int row) {
    float[] values = new float[tensor.columns()];
    long offset = row * tensor.rowBytes();
    of(tensor.type()).decode(tensor.data(), offset, values, 0, values.length);
    return values;
  }

  /** The definition of {@code type}. */
  static BlockFormat of(TensorType type) {
    return switch (type) {
      case F32 -> new F32();
      case F16 -> new F16();
      case BF16 -> new BF16();
      case Q4_0 -> new Q4_0();
      case Q4_1 -> new Q4_1();
      case Q5_0 -> new Q5_0();
      case Q5_1 -> new Q5_1();
      case Q8_0 -> new Q8_0();
      case Q2_K -> new Q2_K();
      case Q3_K -> new Q3_K();
      case Q4_K -> new Q4_K();
      case Q5_K -> new Q5_K();
      case Q6_K -> new Q6_K();
      case IQ4_NL -> new IQ4_NL();
    };
  }

  /** The encoder of {@code type}, or empty for a format that Maque only reads. */
  static Optional<BlockEncoder> findEncoder(TensorType type) {
    return of(type) instanceof BlockEncoder encoder ? Optional.of(encoder) : Optional.empty();
  }
}
