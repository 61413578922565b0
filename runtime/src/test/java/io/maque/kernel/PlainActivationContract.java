package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link PlainActivation} does, against the formulas in double precision. */
public abstract class PlainActivationContract {
  private static final int AT = 3;

  /** The kernel under test. */
  protected abstract PlainActivation kernel(Activation activation);

  @ParameterizedTest
  @EnumSource
  void agreesWithTheFormulaForEveryTail(Activation activation) {
    Random random = new Random(21);
    for (int count = 0; count <= 70; count++) {
      float[] x = new float[count];
      for (int i = 0; i < count; i++) {
        x[i] = 4 * (float) random.nextGaussian();
      }
      check(activation, x);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheFormulaOverTheWholeRange(Activation activation) {
    float[] x = new float[4_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i - x.length / 2) * 0.05f; // -100 to 100
    }
    check(activation, x);
  }

  @ParameterizedTest
  @EnumSource
  void survivesExtremes(Activation activation) {
    check(activation, 0, -0f, Float.MIN_VALUE, 1e-30f, -1e-30f, 1e4f, -1e4f, 1e10f, -1e10f);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = Floats.of(arena, 1, Float.NaN);
      kernel(activation).apply(x, 0, 2);
      assertThat(Floats.toArray(x)[1]).isNaN();
    }
  }

  private void check(Activation activation, float... values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate((values.length + 2L * AT) * Float.BYTES, 64);
      MemorySegment.copy(Floats.of(arena, values), 0, x, AT * 4L, values.length * 4L);
      PlainActivation kernel = kernel(activation);
      kernel.apply(x, AT * 4L, values.length);
      float[] after = Floats.toArray(x);
      for (int i = 0; i < values.length; i++) {
        double expected = ActivationFormulas.apply(activation, values[i]);
        double bound = ActivationFormulas.bound(activation, values[i]) + Float.MIN_VALUE;
        assertThat(Math.abs(after[AT + i] - expected))
            .as("%s of %s", kernel.name(), values[i])
            .isLessThanOrEqualTo(bound);
      }
      for (int i = 0; i < AT; i++) {
        assertThat(after[i]).isZero();
        assertThat(after[after.length - 1 - i]).isZero();
      }
    }
  }
}
