package io.maque.kernel.scalar;

import io.maque.kernel.Hadamard;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link Hadamard} by butterflies: log₂ 32 rounds of sums and differences. */
final class HadamardScalar implements Hadamard {

  @Override
  public String name() {
    return "HadamardScalar";
  }

  @Override
  public void transform(MemorySegment values, long offset, int count) {
    float[] x = new float[count];
    MemorySegment.copy(values, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, x, 0, count);
    for (int block = 0; block < count; block += BLOCK) {
      for (int distance = BLOCK / 2; distance > 0; distance /= 2) {
        addAndSubtract(x, block, distance);
      }
      for (int i = block; i < block + BLOCK; i++) {
        x[i] *= SCALE;
      }
    }
    MemorySegment.copy(x, 0, values, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, count);
  }

  /** Every element and the one {@code distance} behind it become their sum and difference. */
  private static void addAndSubtract(float[] x, int block, int distance) {
    for (int group = block; group < block + BLOCK; group += 2 * distance) {
      for (int i = group; i < group + distance; i++) {
        float sum = x[i] + x[i + distance];
        x[i + distance] = x[i] - x[i + distance];
        x[i] = sum;
      }
    }
  }
}
