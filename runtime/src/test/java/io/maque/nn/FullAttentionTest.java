package io.maque.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.KernelLadder;
import io.maque.kernel.Availability;
import io.maque.kernel.Kernels;
import io.maque.kernel.WorkerPool;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a loop in double precision. */
class FullAttentionTest {
  private final Kernels kernels = KernelLadder.choose(Optional.empty());

  /** Heads of 88 are EVA-CLIP's; 257 keys are no multiple of anything. */
  @ParameterizedTest
  @CsvSource({
    // heads, headLength, queries, keys
    "1, 64, 1, 1",
    "2, 64, 19, 17",
    "3, 88, 37, 257",
    "2, 24, 32, 16",
    "4, 5, 3, 70",
  })
  void isTheWeightedMeanOfValues(int heads, int headLength, int queries, int keys) {
    for (Kernels.Rung rung : kernels.rungs()) {
      if (rung.availability() instanceof Availability.Usable) {
        Kernels forced = KernelLadder.choose(Optional.of(rung.provider()));
        compare(forced, heads, headLength, queries, keys);
      }
    }
  }

  private static void compare(Kernels kernels, int heads, int headLength, int queries, int keys) {
    int columns = heads * headLength;
    Random random = new Random(31L * columns + keys);
    try (Arena arena = Arena.ofShared();
        WorkerPool workers = new WorkerPool(3)) {
      FloatMatrix query = gaussian(arena, random, queries, columns);
      FloatMatrix key = gaussian(arena, random, keys, columns);
      FloatMatrix value = gaussian(arena, random, keys, columns);
      FloatMatrix out = FloatMatrix.allocate(arena, queries, columns);
      FullAttention attention = new FullAttention(kernels, heads, headLength);
      // More room than needed, and used before: what is left there must not matter.
      FullAttention.Scratch scratch = attention.newScratch(arena, 300, 3);
      FloatMatrix before = gaussian(arena, random, 300, columns);
      attention.forward(
          before, before, before, FloatMatrix.allocate(arena, 300, columns), scratch, workers);

      attention.forward(query, key, value, out, scratch, workers);

      for (int row = 0; row < queries; row++) {
        for (int head = 0; head < heads; head++) {
          double[] expected = attend(query, row, key, value, head * headLength, headLength);
          for (int i = 0; i < headLength; i++) {
            assertThat((double) out.get(row, head * headLength + i))
                .as("row %d, head %d, value %d", row, head, i)
                .isCloseTo(expected[i], within(1e-5));
          }
        }
      }
    }
  }

  private static double[] attend(
      FloatMatrix query, int row, FloatMatrix key, FloatMatrix value, int begin, int length) {
    double[] weights = new double[key.rows()];
    double total = 0;
    for (int k = 0; k < weights.length; k++) {
      double score = 0;
      for (int i = begin; i < begin + length; i++) {
        score += (double) query.get(row, i) * key.get(k, i);
      }
      weights[k] = Math.exp(score / Math.sqrt(length));
      total += weights[k];
    }
    double[] result = new double[length];
    for (int k = 0; k < weights.length; k++) {
      for (int i = 0; i < length; i++) {
        result[i] += weights[k] / total * value.get(k, begin + i);
      }
    }
    return result;
  }

  private static FloatMatrix gaussian(Arena arena, Random random, int rows, int columns) {
    FloatMatrix matrix = FloatMatrix.allocate(arena, rows, columns);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        matrix.set(row, column, (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  @Test
  void moreKeysOrThreadsThanItsMemoryHasRoomForAreRefused() {
    FullAttention attention = new FullAttention(kernels, 1, 16);
    try (Arena arena = Arena.ofShared();
        WorkerPool two = new WorkerPool(2)) {
      FloatMatrix rows = FloatMatrix.allocate(arena, 9, 16);
      for (FullAttention.Scratch scratch :
          new FullAttention.Scratch[] {
            attention.newScratch(arena, 8, 2), attention.newScratch(arena, 9, 1)
          }) {
        assertThatThrownBy(() -> attention.forward(rows, rows, rows, rows, scratch, two))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("found 9 and 2");
      }
    }
  }
}
