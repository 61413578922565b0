package io.maque.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link Rope} does, against the rotation of the plane in double precision. */
public abstract class RopeContract {

  /** The kernel under test. */
  protected abstract Rope kernel();

  /** The pairing it serves. */
  protected abstract RopePairing pairing();

  @Test
  void turnsEachPairByItsAngleAndLeavesTheRest() {
    for (int pairs : new int[] {1, 2, 3, 4, 5, 8, 15, 16, 17, 24, 32, 48, 64}) {
      for (int rest : new int[] {0, 3, 16}) {
        for (int heads : new int[] {1, 2, 3}) {
          check(pairs, heads, 2 * pairs + rest);
        }
      }
    }
  }

  private void check(int pairs, int heads, int headLength) {
    int at = 3;
    int anglesAt = 2;
    Random random = new Random(10);
    try (Arena arena = Arena.ofConfined()) {
      float[] table = new float[anglesAt + 2 * pairs];
      for (int i = 0; i < pairs; i++) {
        double angle = random.nextDouble(-Math.PI, Math.PI);
        table[anglesAt + i] = (float) Math.cos(angle);
        table[anglesAt + pairs + i] = (float) Math.sin(angle);
      }
      MemorySegment x = Floats.gaussian(arena, random, at + heads * headLength + at);
      float[] before = Floats.toArray(x);
      kernel()
          .rotate(
              x,
              at * Float.BYTES,
              heads,
              headLength,
              pairs,
              Floats.of(arena, table),
              anglesAt * Float.BYTES);
      double[] expected = new double[before.length];
      for (int i = 0; i < before.length; i++) {
        expected[i] = before[i];
      }
      for (int head = 0; head < heads; head++) {
        for (int i = 0; i < pairs; i++) {
          int first = at + head * headLength + (pairing() == RopePairing.NORM ? 2 * i : i);
          int second = pairing() == RopePairing.NORM ? first + 1 : first + pairs;
          double cos = table[anglesAt + i];
          double sin = table[anglesAt + pairs + i];
          expected[first] = before[first] * cos - before[second] * sin;
          expected[second] = before[first] * sin + before[second] * cos;
        }
      }
      float[] after = Floats.toArray(x);
      for (int i = 0; i < after.length; i++) {
        assertThat(Math.abs(after[i] - expected[i]))
            .as("%s, %d pairs, head length %d, value %d", kernel().name(), pairs, headLength, i)
            .isLessThanOrEqualTo(after[i] == before[i] ? 0 : 8 * 0x1p-23);
      }
    }
  }
}
