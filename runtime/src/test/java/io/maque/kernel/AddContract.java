package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Add} does: exact f32 sums of exactly the given range. */
public abstract class AddContract {

  /** The kernel under test. */
  protected abstract Add kernel();

  @Test
  void addsEveryLengthAndNothingBeside() {
    Random random = new Random(6);
    try (Arena arena = Arena.ofConfined()) {
      for (int count = 0; count <= 70; count++) {
        MemorySegment x = Floats.gaussian(arena, random, 80);
        MemorySegment y = Floats.gaussian(arena, random, 80);
        float[] expected = Floats.toArray(x);
        float[] addends = Floats.toArray(y);
        for (int i = 0; i < count; i++) {
          expected[i + 5] += addends[i + 3];
        }
        kernel().add(x, 5 * Float.BYTES, y, 3 * Float.BYTES, count);
        assertThat(Floats.toArray(x)).as("%d values", count).containsExactly(expected);
        assertThat(Floats.toArray(y)).containsExactly(addends);
      }
    }
  }

  @Test
  void addsToEachRow() {
    Random random = new Random(7);
    try (Arena arena = Arena.ofConfined()) {
      for (int count : new int[] {1, 8, 19, 40}) {
        int stride = count + 3;
        MemorySegment x = Floats.gaussian(arena, random, 5 + 4 * stride);
        MemorySegment y = Floats.gaussian(arena, random, 2 + count);
        float[] expected = Floats.toArray(x);
        float[] addends = Floats.toArray(y);
        for (int i = 0; i < 4 * count; i++) {
          expected[5 + i / count * stride + i % count] += addends[2 + i % count];
        }
        kernel()
            .addToRows(
                x, 5 * Float.BYTES, (long) stride * Float.BYTES, 4, y, 2 * Float.BYTES, count);
        assertThat(Floats.toArray(x)).as("%d values", count).containsExactly(expected);
      }
    }
  }
}
