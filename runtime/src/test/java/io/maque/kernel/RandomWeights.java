package io.maque.kernel;

import io.maque.fixture.RandomBlocks;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/**
 * Weights of any format made of random bytes: every bit pattern of the quantised values occurs, and
 * only the floats among the bytes are replaced, so that they are finite.
 */
public final class RandomWeights {
  private RandomWeights() {}

  /** Rows of random blocks with scales around {@code magnitude}, of either sign. */
  public static MemorySegment rows(
      Arena arena,
      RandomGenerator random,
      TensorType type,
      int columns,
      int rows,
      float magnitude) {
    MemorySegment weights = arena.allocate(type.bytes(columns) * rows, 64);
    byte[] bytes = new byte[Math.toIntExact(weights.byteSize())];
    random.nextBytes(bytes);
    MemorySegment.copy(bytes, 0, weights, ValueLayout.JAVA_BYTE, 0, bytes.length);
    for (long block = 0; block < weights.byteSize(); block += type.blockBytes()) {
      for (int offset : floatOffsets(type)) {
        float value = (float) random.nextGaussian() * magnitude;
        putFloat(weights, block + offset, type, value);
      }
    }
    return weights;
  }

  /** Rows whose bytes are all {@code fill} and whose floats are all {@code scale}. */
  public static MemorySegment constant(
      Arena arena, TensorType type, int columns, int rows, int fill, float scale) {
    MemorySegment weights = arena.allocate(type.bytes(columns) * rows, 64).fill((byte) fill);
    for (long block = 0; block < weights.byteSize(); block += type.blockBytes()) {
      for (int offset : floatOffsets(type)) {
        putFloat(weights, block + offset, type, scale);
      }
    }
    return weights;
  }

  private static void putFloat(MemorySegment target, long offset, TensorType type, float value) {
    switch (type) {
      case F32 -> target.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, value);
      case BF16 ->
          target.set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              offset,
              (short) (Float.floatToRawIntBits(value) >>> 16));
      default -> target.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset, Float.floatToFloat16(value));
    }
  }

  /** Where the floats of a block are. */
  private static int[] floatOffsets(TensorType type) {
    return type.blockSize() == 1 ? new int[] {0} : RandomBlocks.halves(type);
  }
}
