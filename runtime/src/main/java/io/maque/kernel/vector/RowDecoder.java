package io.maque.kernel.vector;

import io.maque.quant.BlockFormat;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Decodes weights to exactly the f32 values of their {@link BlockFormat}, faster where it matters.
 */
@FunctionalInterface
interface RowDecoder {

  /**
   * Decodes {@code count} consecutive elements, which begin with a block and are whole blocks.
   *
   * @param source holds the first block at byte {@code offset}
   * @param target receives the values from index {@code at} on
   */
  void decode(MemorySegment source, long offset, float[] target, int at, int count);

  /** A vector decoder of a format, or for the rare formats the scalar one. */
  static RowDecoder of(TensorType type) {
    return switch (type) {
      case F16 -> new DecodeF16();
      case BF16 -> new DecodeBF16();
      case Q4_0 -> new DecodeQ4_0();
      case Q4_1 -> new DecodeQ4_1();
      case Q5_0 -> new DecodeQ5_0();
      case Q5_1 -> new DecodeQ5_1();
      case Q8_0 -> new DecodeQ8_0();
      case Q4_K -> new DecodeQ4_K();
      case Q5_K -> new DecodeQ5_K();
      case Q6_K -> new DecodeQ6_K();
      case F32, Q2_K, Q3_K, IQ4_NL -> BlockFormat.of(type)::decode;
    };
  }
}
