package io.maque.bench.kernel;

import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.random.RandomGenerator;

/** Random activations. */
final class Vectors {
  private Vectors() {}

  static FloatMatrix random(Arena arena, RandomGenerator random, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(arena, rows, columns);
    for (long i = 0; i < (long) rows * columns; i++) {
      matrix.data().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return matrix;
  }
}
