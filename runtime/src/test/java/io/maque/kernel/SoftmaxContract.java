package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Softmax} does, against the formula in double precision. */
public abstract class SoftmaxContract {
  private static final int AT = 3;

  /** The kernel under test. */
  protected abstract Softmax kernel();

  @Test
  void agreesWithTheFormulaForEveryTail() {
    Random random = new Random(31);
    for (int count = 1; count <= 70; count++) {
      check(random, count, 3, 0);
      check(random, count, 3, -1000);
      check(random, count, 40, 1000);
      check(random, count, 0, 7);
    }
    check(random, 4096, 2, 0);
  }

  private void check(Random random, int count, float spread, float centre) {
    try (Arena arena = Arena.ofConfined()) {
      float[] before = new float[count + 2 * AT];
      for (int i = 0; i < before.length; i++) {
        before[i] = centre + spread * (float) random.nextGaussian();
      }
      MemorySegment x = Floats.of(arena, before);
      kernel().apply(x, AT * 4L, count);
      float[] after = Floats.toArray(x);
      double largest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < count; i++) {
        largest = Math.max(largest, before[AT + i]);
      }
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += Math.exp(before[AT + i] - largest);
      }
      for (int i = 0; i < before.length; i++) {
        boolean inside = i >= AT && i < AT + count;
        double expected = inside ? Math.exp(before[i] - largest) / sum : before[i];
        double distance = Math.abs(before[i] - largest);
        double bound = inside ? expected * (count / 4.0 + 8 + distance) * 0x1p-22 + 1e-37 : 0;
        assertThat(Math.abs(after[i] - expected))
            .as("%s, %d values around %s, value %d", kernel().name(), count, centre, i)
            .isLessThanOrEqualTo(bound);
      }
    }
  }
}
