package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Maxima} does, against a plain loop. */
public abstract class MaximaContract {
  private static final int AT = 3;

  /** The kernel under test. */
  protected abstract Maxima kernel();

  @Test
  void findsTheLargestOfEachBlockForEveryTail() {
    Random random = new Random(41);
    for (int count = 1; count <= 2 * Maxima.BLOCK + 70; count++) {
      check(values(random, count, 0));
      check(values(random, count, -1000));
    }
  }

  @Test
  void takesFiniteExtremes() {
    float[] values = values(new Random(42), 600, 0);
    values[AT + 5] = Float.MAX_VALUE;
    values[AT + 256] = -Float.MAX_VALUE;
    values[AT + 599] = Float.MIN_VALUE;
    check(values);
    Arrays.fill(values, -Float.MAX_VALUE);
    check(values);
  }

  @Test
  void saysWhereverAValueIsNotFinite() {
    float[] strange = {
      Float.NaN, Float.intBitsToFloat(0xFFC00000), Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };
    int count = Maxima.BLOCK + 37;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment maxima = arena.allocate(Maxima.bytes(count));
      for (int i = 0; i < count; i++) {
        float[] values = values(new Random(i), count, 0);
        values[AT + i] = strange[i % strange.length];
        assertThat(kernel().find(Floats.of(arena, values), AT * 4L, count, maxima))
            .as("%s at %d", values[AT + i], i)
            .isFalse();
      }
    }
  }

  /** Beside the row stands what would be noticed. */
  private static float[] values(Random random, int count, float centre) {
    float[] values = new float[count + 2 * AT];
    for (int i = 0; i < values.length; i++) {
      boolean inside = i >= AT && i < AT + count;
      values[i] = inside ? centre + (float) random.nextGaussian() : Float.POSITIVE_INFINITY;
    }
    return values;
  }

  private void check(float[] values) {
    int count = values.length - 2 * AT;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment maxima = arena.allocate(Maxima.bytes(count));
      assertThat(kernel().find(Floats.of(arena, values), AT * 4L, count, maxima)).isTrue();
      float[] found = Floats.toArray(maxima);
      for (int block = 0; block < Maxima.blocks(count); block++) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = block * Maxima.BLOCK; i < Math.min(count, (block + 1) * Maxima.BLOCK); i++) {
          largest = Math.max(largest, values[AT + i]);
        }
        assertThat(found[block]).as("block %d of %d values", block, count).isEqualTo(largest);
      }
    }
  }
}
