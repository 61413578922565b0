package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link GatedActivation} does, against the formulas in double precision. */
public abstract class GatedActivationContract {

  /** The kernel under test. */
  protected abstract GatedActivation kernel(Activation activation);

  @ParameterizedTest
  @EnumSource
  void agreesWithTheFormulaForEveryTail(Activation activation) {
    Random random = new Random(11);
    for (int count = 1; count <= 70; count++) {
      float[] gate = new float[count];
      float[] up = new float[count];
      for (int i = 0; i < count; i++) {
        gate[i] = 4 * (float) random.nextGaussian();
        up[i] = (float) random.nextGaussian();
      }
      check(activation, gate, up);
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheFormulaOverTheWholeRange(Activation activation) {
    int count = 8_000;
    float[] gate = new float[count];
    float[] up = new float[count];
    for (int i = 0; i < count; i++) {
      gate[i] = (i - count / 2) * 0.025f; // -100 to 100
      up[i] = 1;
    }
    check(activation, gate, up);
  }

  @ParameterizedTest
  @EnumSource
  void survivesExtremes(Activation activation) {
    float[] gate = {0, -0f, Float.MIN_VALUE, 1e-30f, -1e-30f, 1e4f, -1e4f, 1e10f, -1e10f, 88, -88};
    float[] up = {3, 3, 1, 1, 1, 1, 1, 1e-3f, 1e-3f, 0, -0f};
    check(activation, gate, up);
  }

  private void check(Activation activation, float[] gate, float[] up) {
    int at = 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate((gate.length + 2L * at) * Float.BYTES, 64);
      MemorySegment.copy(Floats.of(arena, gate), 0, x, at * 4L, gate.length * 4L);
      GatedActivation kernel = kernel(activation);
      kernel.apply(x, at * 4L, Floats.of(arena, up), 0, gate.length);
      float[] after = Floats.toArray(x);
      for (int i = 0; i < gate.length; i++) {
        double expected = ActivationFormulas.apply(activation, gate[i]) * up[i];
        double bound = ActivationFormulas.bound(activation, gate[i]) * Math.abs(up[i]);
        assertThat(Math.abs(after[at + i] - expected))
            .as("%s of %s times %s", kernel.name(), gate[i], up[i])
            .isLessThanOrEqualTo(bound + Float.MIN_VALUE);
      }
      for (int i = 0; i < at; i++) {
        assertThat(after[i]).isZero();
        assertThat(after[after.length - 1 - i]).isZero();
      }
    }
  }
}
