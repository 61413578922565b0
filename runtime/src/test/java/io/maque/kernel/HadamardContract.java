package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What every {@link Hadamard} does: the formula, and for one input the same bits everywhere. */
public abstract class HadamardContract {
  private static final int AT = 3;

  /** The kernel under test. */
  protected abstract Hadamard kernel();

  /** The kernel whose bits all others have. */
  protected abstract Hadamard definition();

  @Test
  void agreesWithTheFormula() {
    float[] x = gaussian(96);

    float[] found = transform(kernel(), x);

    for (int i = 0; i < x.length; i++) {
      int block = i / Hadamard.BLOCK * Hadamard.BLOCK;
      double sum = 0;
      for (int j = 0; j < Hadamard.BLOCK; j++) {
        sum += Integer.bitCount(i - block & j) % 2 == 0 ? x[block + j] : -x[block + j];
      }
      assertThat((double) found[i]).isCloseTo(sum / Math.sqrt(32), Offset.offset(1e-5));
    }
  }

  @Test
  void twiceIsTheSame() {
    float[] x = gaussian(64);

    assertThat(transform(kernel(), transform(kernel(), x)))
        .containsExactly(x, Offset.offset(1e-5f));
  }

  @Test
  void hasTheBitsOfTheDefinitionAndTouchesNothingElse() {
    for (int count : new int[] {32, 64, 896, 4096}) {
      float[] x = gaussian(count);
      x[count / 2] = -1e6f;
      assertThat(transform(kernel(), x)).isEqualTo(transform(definition(), x));
    }
  }

  private static float[] gaussian(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] transform(Hadamard kernel, float[] x) {
    float[] padded = new float[x.length + 2 * AT];
    Arrays.fill(padded, 12345);
    System.arraycopy(x, 0, padded, AT, x.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = Floats.of(arena, padded);
      kernel.transform(values, (long) AT * Float.BYTES, x.length);
      float[] all = Floats.toArray(values);
      assertThat(Arrays.copyOf(all, AT)).containsOnly(12345);
      assertThat(Arrays.copyOfRange(all, AT + x.length, all.length)).containsOnly(12345);
      return Arrays.copyOfRange(all, AT, AT + x.length);
    }
  }
}
