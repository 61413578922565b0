package io.maque.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.KernelLadder;
import io.maque.kernel.Kernels;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Looking at few blocks of a row says what looking at all of it says. */
class RowMaximaTest {
  private static final Arena ARENA = Arena.ofShared();
  private static final Kernels BEST = KernelLadder.choose(Optional.empty());
  private static final SamplingMemory[] MEMORIES = {
    new SamplingMemory(new ScalarProvider().maxima().orElseThrow()),
    new SamplingMemory(BEST.maxima())
  };

  @AfterAll
  static void close() {
    ARENA.close();
  }

  @Test
  void argmaxIsThatOfAWalkWhateverTheValues() {
    Random random = new Random(51);
    for (int i = 0; i < 400; i++) {
      float[] row = row(random, 1 + random.nextInt(2000));
      int never = random.nextInt(4);
      TokenSet allowed = TokenSet.of(row.length, id -> id % 4 != never);
      for (SamplingMemory memory : MEMORIES) {
        Object expected = resultOf(() -> Logits.argmax(row, allowed));
        assertThat(resultOf(() -> Logits.argmax(matrix(row), 0, allowed, memory)))
            .as("round %d, %d logits, seed 51", i, row.length)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void theMostLikelyTokensAreThoseOfAWalk() {
    Random random = new Random(52);
    TopTokens walked = new TopTokens();
    TopTokens found = new TopTokens();
    for (int i = 0; i < 400; i++) {
      float[] row = new float[1 + random.nextInt(5000)];
      for (int id = 0; id < row.length; id++) {
        row[id] = random.nextInt(1 + i) - i / 2f;
      }
      int k = 1 + random.nextInt(100);
      for (SamplingMemory memory : MEMORIES) {
        memory.maxima().find(matrix(row), 0);
        assertThat(memory.maxima().known()).isTrue();
        float[] changed = row.clone();
        for (int n = 0; n < 20; n++) {
          int id = random.nextInt(row.length);
          changed[id] = random.nextBoolean() ? Float.NEGATIVE_INFINITY : random.nextInt(2 + i);
          memory.maxima().raise(id, changed[id]);
        }
        walked.select(changed, k);
        found.select(changed, k, memory.maxima());
        assertThat(found.count()).isEqualTo(walked.count());
        for (int n = 0; n < walked.count(); n++) {
          assertThat(found.id(n)).as("round %d, token %d, seed 52", i, n).isEqualTo(walked.id(n));
          assertThat(found.logit(n)).isEqualTo(walked.logit(n));
        }
      }
    }
  }

  @Test
  void aRowWithoutAPossibleTokenIsRefused() {
    float[] row = new float[300];
    Arrays.fill(row, Float.NEGATIVE_INFINITY);
    for (SamplingMemory memory : MEMORIES) {
      assertThatThrownBy(() -> Logits.argmax(matrix(row), 0, TokenSet.all(300), memory))
          .isInstanceOf(InvalidLogitsException.class);
    }
  }

  /** Few different values, so that many are equal; at times some that are no numbers. */
  private static float[] row(Random random, int length) {
    float[] strange = {
      Float.NEGATIVE_INFINITY, Float.NaN, Float.POSITIVE_INFINITY, -0f, Float.MAX_VALUE
    };
    int kinds = 1 + random.nextInt(6);
    boolean withStrange = random.nextInt(3) == 0;
    float[] row = new float[length];
    for (int id = 0; id < length; id++) {
      row[id] =
          withStrange && random.nextInt(length) < 3
              ? strange[random.nextInt(strange.length)]
              : random.nextInt(kinds) - 3;
    }
    return row;
  }

  private static FloatMatrix matrix(float[] row) {
    FloatMatrix matrix = FloatMatrix.allocate(ARENA, 1, row.length);
    for (int id = 0; id < row.length; id++) {
      matrix.set(0, id, row[id]);
    }
    return matrix;
  }

  /** The id, or what the exception says. */
  private static Object resultOf(IntSupplier work) {
    try {
      return work.getAsInt();
    } catch (InvalidLogitsException e) {
      return e.getMessage();
    }
  }
}
