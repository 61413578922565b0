package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link RmsNorm} does, against the formula in double precision. */
public abstract class RmsNormContract {
  private static final int[] COLUMNS = {1, 3, 4, 7, 15, 16, 17, 33, 64, 100, 640, 896, 2048};
  private static final int AT = 5;

  /** The kernel under test. */
  protected abstract RmsNorm kernel();

  @Test
  void agreesWithTheFormulaForEveryTail() {
    Random random = new Random(7);
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : COLUMNS) {
        MemorySegment x = Floats.gaussian(arena, random, columns + 2 * AT);
        check(arena, x, Floats.gaussian(arena, random, columns), columns, 1e-6f);
      }
    }
  }

  @Test
  void survivesZerosAndExtremes() {
    try (Arena arena = Arena.ofConfined()) {
      for (float value : new float[] {0, -0f, Float.MIN_VALUE, 1e-20f, -1e15f}) {
        float[] row = new float[33 + 2 * AT];
        Arrays.fill(row, value);
        MemorySegment weight = Floats.gaussian(arena, new Random(8), 33);
        check(arena, Floats.of(arena, row), weight, 33, 1e-5f);
      }
    }
  }

  @Test
  void mayWriteOverItsInput() {
    Random random = new Random(9);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Floats.gaussian(arena, random, 37);
      MemorySegment weight = Floats.gaussian(arena, random, 37);
      MemorySegment out = Floats.copy(arena, x);
      kernel().normalize(x, 0, 37, weight, 1e-6f, out, 0);
      kernel().normalize(x, 0, 37, weight, 1e-6f, x, 0);
      assertThat(Floats.toArray(x)).containsExactly(Floats.toArray(out));
    }
  }

  @Test
  void normalisesRowsLikeEachAlone() {
    Random random = new Random(10);
    try (Arena arena = Arena.ofConfined()) {
      for (int columns : new int[] {5, 16, 37, 64}) {
        long rowBytes = (long) columns * Float.BYTES;
        MemorySegment x = Floats.gaussian(arena, random, 3 * columns);
        MemorySegment weight = Floats.gaussian(arena, random, columns);
        MemorySegment alone = arena.allocate(3 * rowBytes, 64);
        MemorySegment together = arena.allocate(3 * rowBytes, 64);
        for (int row = 0; row < 3; row++) {
          kernel().normalize(x, row * rowBytes, columns, weight, 1e-6f, alone, row * rowBytes);
        }
        kernel().normalizeRows(x, 0, 3, columns, weight, 1e-6f, together, 0);
        assertThat(Floats.toArray(together)).containsExactly(Floats.toArray(alone));
      }
    }
  }

  private void check(
      Arena arena, MemorySegment x, MemorySegment weight, int columns, float epsilon) {
    MemorySegment out = Floats.copy(arena, x);
    kernel().normalize(x, AT * Float.BYTES, columns, weight, epsilon, out, AT * Float.BYTES);
    float[] before = Floats.toArray(x);
    float[] after = Floats.toArray(out);
    double squares = 0;
    for (int i = 0; i < columns; i++) {
      squares += (double) before[AT + i] * before[AT + i];
    }
    double scale = 1 / Math.sqrt(squares / columns + epsilon);
    // half the relative error of the f32 sum of squares, its root and two products
    double bound = (columns / 2.0 + 4) * 0x1p-24;
    for (int i = 0; i < before.length; i++) {
      boolean inside = i >= AT && i < AT + columns;
      double expected = before[i];
      if (inside) {
        expected *= scale * weight.getAtIndex(ValueLayout.JAVA_FLOAT, i - AT);
      }
      assertThat(Math.abs(after[i] - expected))
          .as("%s, %d columns, value %d", kernel().name(), columns, i)
          .isLessThanOrEqualTo(inside ? bound * Math.abs(expected) + Float.MIN_VALUE : 0);
    }
  }
}
