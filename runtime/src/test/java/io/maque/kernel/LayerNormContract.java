package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link LayerNorm} does, against the formula in double precision. */
public abstract class LayerNormContract {
  private static final int[] COLUMNS = {1, 3, 4, 7, 15, 16, 17, 33, 64, 100, 640, 1024, 1153};
  private static final int AT = 5;
  private static final float EPSILON = 1e-5f;

  /** The kernel under test. */
  protected abstract LayerNorm kernel();

  @Test
  void agreesWithTheFormulaForEveryTail() {
    Random random = new Random(17);
    for (int columns : COLUMNS) {
      check(random, columns, 0);
    }
  }

  /** A mean far from zero, as image encoders have it, must not drown the variance. */
  @Test
  void agreesWithTheFormulaFarFromZero() {
    Random random = new Random(18);
    for (int columns : COLUMNS) {
      check(random, columns, 50);
    }
  }

  @Test
  void ofEqualValuesTheBiasIsLeft() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Floats.of(arena, 2, 2, 2, 2, 2);
      MemorySegment bias = Floats.of(arena, 1, 2, 3, 4, 5);
      kernel().normalize(x, 0, 5, x, bias, EPSILON, x, 0);

      assertThat(Floats.toArray(x)).containsExactly(1, 2, 3, 4, 5);
    }
  }

  private void check(Random random, int columns, float mean) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Floats.gaussian(arena, random, columns + 2 * AT);
      float[] before = Floats.toArray(x);
      for (int i = 0; i < before.length; i++) {
        before[i] += mean;
      }
      x.copyFrom(Floats.of(arena, before));
      MemorySegment weight = Floats.gaussian(arena, random, columns);
      MemorySegment bias = Floats.gaussian(arena, random, columns);
      kernel().normalize(x, AT * 4L, columns, weight, bias, EPSILON, x, AT * 4L);
      float[] after = Floats.toArray(x);
      double sum = 0;
      for (int i = 0; i < columns; i++) {
        sum += before[AT + i];
      }
      double average = sum / columns;
      double squares = 0;
      for (int i = 0; i < columns; i++) {
        squares += (before[AT + i] - average) * (before[AT + i] - average);
      }
      double scale = 1 / Math.sqrt(squares / columns + EPSILON);
      // the mean errs by some units of its own size, which the scale enlarges
      double meanError = (columns / 4.0 + 4) * 0x1p-24 * (Math.abs(average) + 1);
      for (int i = 0; i < before.length; i++) {
        boolean inside = i >= AT && i < AT + columns;
        double expected = before[i];
        double bound = 0;
        if (inside) {
          double w = Floats.toArray(weight)[i - AT];
          double b = Floats.toArray(bias)[i - AT];
          double normalized = (before[i] - average) * scale;
          expected = normalized * w + b;
          double relative = (columns / 2.0 + 8) * 0x1p-24;
          bound =
              relative * (Math.abs(normalized * w) + Math.abs(b))
                  + 2 * meanError * scale * Math.abs(w);
        }
        assertThat(Math.abs(after[i] - expected))
            .as("%s, %d columns around %s, value %d", kernel().name(), columns, mean, i)
            .isLessThanOrEqualTo(bound);
      }
    }
  }
}
