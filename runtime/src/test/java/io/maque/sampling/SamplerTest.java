package io.maque.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.kernel.scalar.ScalarProvider;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final SamplingMemory MEMORY =
      new SamplingMemory(new ScalarProvider().maxima().orElseThrow());

  private static final float NEVER = Float.NEGATIVE_INFINITY;
  private static final SamplingOptions PLAIN =
      SamplingOptions.GREEDY.toBuilder().temperature(1).seed(7).build();

  @Test
  void greedyTakesTheMostLikelyAndOfEqualsTheLowestId() {
    assertThat(sample(SamplingOptions.GREEDY, 1, 3, 2, 3)).isEqualTo(1);
    assertThat(sample(SamplingOptions.GREEDY, NEVER, NEVER, -5)).isEqualTo(2);
    assertThat(sample(SamplingOptions.GREEDY.toBuilder().presencePenalty(1).build(), 1, 3, 3))
        .isEqualTo(1);
  }

  @Test
  void idsOutsideTheSetAreNeverChosen() {
    TokenSet allowed = TokenSet.of(3, id -> id != 1);
    FloatMatrix logits = logits(0, 90, 1, 99);

    assertThat(new Sampler(SamplingOptions.GREEDY, allowed, new int[0]).sample(logits, 0, MEMORY))
        .isEqualTo(2);
    Sampler sampler = new Sampler(PLAIN, allowed, new int[0]);
    for (int i = 0; i < 100; i++) {
      assertThat(sampler.sample(logits, 0, MEMORY)).isIn(0, 2);
    }
  }

  @Test
  void aConstraintNarrowsTheChoiceTokenByToken() {
    for (SamplingOptions options :
        List.of(SamplingOptions.GREEDY, PLAIN, SamplingOptions.DEFAULT)) {
      // Never the token that came last, and only the first 65 of 130.
      OnlyChanges constraint = new OnlyChanges();
      Sampler sampler =
          new Sampler(options, TokenSet.all(130), Optional.of(constraint), new int[0]);
      float[] row = new float[130];
      row[64] = 5;
      row[0] = 4;
      row[129] = 99;
      FloatMatrix logits = logits(row);
      for (int i = 0; i < 50; i++) {
        int before = constraint.last;
        assertThat(sampler.sample(logits, 0, MEMORY)).isNotEqualTo(before).isLessThan(65);
      }
      if (options.greedy()) {
        assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(64);
        assertThat(sampler.sample(logits, 0, MEMORY)).isZero();
      }
    }
  }

  @Test
  void aConstraintThatLeavesNothingIsAnError() {
    Sampler sampler =
        new Sampler(
            PLAIN, TokenSet.of(3, id -> id != 1), Optional.of(new OnlyToken(1)), new int[0]);

    assertThatThrownBy(() -> sampler.sample(logits(1, 2, 3), 0, MEMORY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("leaves no token");
  }

  private static final class OnlyChanges implements TokenConstraint {
    private int last = 7;

    @Override
    public long[] allowed() {
      long[] words = {-1, 1};
      words[last / 64] &= ~(1L << last);
      return words;
    }

    @Override
    public void accept(int id) {
      last = id;
    }
  }

  private record OnlyToken(int id) implements TokenConstraint {
    @Override
    public long[] allowed() {
      return new long[] {1L << id};
    }

    @Override
    public void accept(int chosen) {}
  }

  @Test
  void brokenLogitsAreAnError() {
    for (SamplingOptions options :
        List.of(
            SamplingOptions.GREEDY,
            SamplingOptions.GREEDY.toBuilder().presencePenalty(1).build(),
            PLAIN,
            SamplingOptions.DEFAULT,
            PLAIN.toBuilder().topP(0.5).build())) {
      assertThatThrownBy(() -> sample(options, 0, Float.NaN, 1))
          .isInstanceOf(InvalidLogitsException.class)
          .hasMessageContaining("token 1")
          .hasMessageContaining("NaN");
      assertThatThrownBy(() -> sample(options, 0, Float.POSITIVE_INFINITY, 1))
          .isInstanceOf(InvalidLogitsException.class)
          .hasMessageContaining("Infinity");
      assertThatThrownBy(() -> sample(options, NEVER, NEVER))
          .isInstanceOf(InvalidLogitsException.class)
          .hasMessageContaining("at least one token");
    }
  }

  @Test
  void drawsFollowTheSoftmaxAtTheTemperature() {
    float[] logits = {1, 0, -1, 2, NEVER};
    double[] expected = softmax(logits, 0.5);

    double[] seen = frequencies(PLAIN.toBuilder().temperature(0.5).build(), 20_000, logits);

    assertThat(chiSquare(expected, seen, 20_000)).isLessThan(CHI_SQUARE_3_999);
    assertThat(seen[4]).isZero();
  }

  /** 99.9th percentile of chi-square with 3 degrees of freedom. */
  private static final double CHI_SQUARE_3_999 = 16.27;

  @Test
  void topKKeepsTheMostLikely() {
    double[] seen = frequencies(PLAIN.toBuilder().topK(2).build(), 4000, 1, 3, 2, 0);

    assertThat(seen[0] + seen[3]).isZero();
    assertThat(seen[1]).isEqualTo(1 / (1 + Math.exp(-1)), within(0.03));
  }

  @Test
  void topPKeepsTheTokenThatReachesIt() {
    // Probabilities 0.5, 0.3, 0.2.
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};

    assertThat(support(0.4, 0, logits)).containsExactly(0);
    assertThat(support(0.6, 0, logits)).containsExactly(0, 1);
    assertThat(support(0.85, 0, logits)).containsExactly(0, 1, 2);
    assertThat(support(1, 0, logits)).containsExactly(0, 1, 2);
    assertThat(support(1e-9, 0, logits)).containsExactly(0);
  }

  @Test
  void topPCountsWhatTopKLeft() {
    // Of the two that top-k leaves, the first has 0.5 / 0.8 = 0.625.
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};

    assertThat(support(0.6, 2, logits)).containsExactly(0);
    assertThat(support(0.7, 2, logits)).containsExactly(0, 1);
  }

  @Test
  void topPFindsItsTokensInAFlatVocabulary() {
    float[] flat = new float[5000];

    List<Integer> support = support(0.5, 0, flat);

    // Of equals the lower ids are kept: exactly the first half.
    assertThat(support).allMatch(id -> id < 2500);
    assertThat(support.getLast()).isGreaterThan(2400);
  }

  @Test
  void minPComparesWithTheMostLikely() {
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
    SamplingOptions minP = PLAIN.toBuilder().minP(0.5).build();

    assertThat(support(minP, logits)).containsExactly(0, 1);
    assertThat(support(minP.toBuilder().topK(3).build(), logits)).containsExactly(0, 1);
    assertThat(support(minP.toBuilder().minP(0.7).topP(0.9).build(), logits)).containsExactly(0);
  }

  @Test
  void penaltiesEqualHandComputedLogits() {
    // Bias +2 on id 3; repetition 2 halves 4 and doubles -1 (ids 0 and 1 of the prompt).
    SamplingOptions options =
        SamplingOptions.GREEDY.toBuilder()
            .logitBias(Map.of(3, 2.0))
            .repetitionPenalty(2)
            .presencePenalty(0.5)
            .frequencyPenalty(0.25)
            .build();
    Sampler sampler = new Sampler(options, TokenSet.all(4), new int[] {0, 1, 0});
    FloatMatrix logits = logits(4, -1, 1.5f, 0.5f);

    // 2, -2, 1.5, 2.5: id 3.
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(3);
    // 2, -2, 1.5, (0.5+2)/2 - 0.5 - 0.25 = 0.5: id 0.
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(0);
    // 2 - 0.75 = 1.25, -2, 1.5, 0.5: id 2.
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(2);
    // 1.25, -2, 0.75 - 0.75 = 0, 0.5: id 0, whose count is then 2.
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(0);
    // Id 0 falls by 0.25 each time: 1, 0.75, then 0.5 like id 3 (the lower id wins), then 0.25.
    assertThat(IntStream.range(0, 4).map(i -> sampler.sample(logits, 0, MEMORY)).toArray())
        .containsExactly(0, 0, 0, 3);
  }

  @Test
  void repetitionPenaltyForgetsWhatLeftTheWindow() {
    SamplingOptions options =
        SamplingOptions.GREEDY.toBuilder().repetitionPenalty(10).repetitionWindow(1).build();
    Sampler sampler = new Sampler(options, TokenSet.all(2), new int[] {0, 1});
    FloatMatrix logits = logits(2, 3);

    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(0);
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(1);
    assertThat(sampler.sample(logits, 0, MEMORY)).isEqualTo(0);
  }

  @Test
  void theSameSeedGivesTheSameTokens() {
    FloatMatrix logits = logits(randomLogits(1, 1000));

    assertThat(draws(SamplingOptions.DEFAULT.toBuilder().seed(5).build(), logits))
        .isEqualTo(draws(SamplingOptions.DEFAULT.toBuilder().seed(5).build(), logits))
        .isNotEqualTo(draws(SamplingOptions.DEFAULT.toBuilder().seed(6).build(), logits));
  }

  @Test
  void selectionEqualsASort() {
    Random random = new Random(20260101);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(300);
      float[] row = new float[size];
      for (int i = 0; i < size; i++) {
        row[i] = random.nextInt(8) == 0 ? NEVER : random.nextInt(20) - 10;
      }
      int k = 1 + random.nextInt(size + 10);
      int[] expected =
          IntStream.range(0, size)
              .boxed()
              .filter(id -> row[id] > NEVER)
              .sorted(Comparator.<Integer>comparingDouble(id -> -row[id]).thenComparing(id -> id))
              .limit(k)
              .mapToInt(id -> id)
              .toArray();

      TopTokens top = new TopTokens();
      top.select(row, k);

      assertThat(IntStream.range(0, top.count()).map(top::id).toArray())
          .as("round %d, k %d", round, k)
          .isEqualTo(expected);
    }
  }

  @Test
  void logprobsAreThoseOfTheModel() {
    FloatMatrix logits = logits(1, 2, 3, NEVER);
    double logSum = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3));

    Logprobs logprobs = Logits.logprobs(logits, 0, TokenSet.all(4), 0, 2, MEMORY);

    assertThat(logprobs.chosen()).isEqualTo((float) (1 - logSum));
    assertThat(logprobs.top())
        .containsExactly(
            new SampledToken.Candidate(2, (float) (3 - logSum)),
            new SampledToken.Candidate(1, (float) (2 - logSum)));
    assertThat(Logits.logprob(logits, 0, 2, MEMORY)).isEqualTo((float) (3 - logSum));
    assertThat(Logits.argmax(logits, 0, TokenSet.all(4), MEMORY)).isEqualTo(2);
    TokenSet notTwo = TokenSet.of(4, id -> id != 2);
    assertThat(Logits.logprobs(logits, 0, notTwo, 0, 1, MEMORY).top())
        .containsExactly(new SampledToken.Candidate(1, (float) (2 - logSum)));
  }

  @Test
  void splitMix64GivesThePublishedNumbers() {
    // First outputs for seed 1234567 of the reference implementation (Vigna, splitmix64.c).
    SplitMix64 random = new SplitMix64(1234567);

    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(random.nextDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void biasOutsideTheVocabularyIsRefused() {
    SamplingOptions options = PLAIN.toBuilder().logitBias(Map.of(9, 1.0)).build();

    assertThatThrownBy(() -> new Sampler(options, TokenSet.all(9), new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logitBias: expected token ids below 9, found 9");
  }

  private static int sample(SamplingOptions options, float... logits) {
    return new Sampler(options, TokenSet.all(logits.length), new int[0])
        .sample(logits(logits), 0, MEMORY);
  }

  private static List<Integer> draws(SamplingOptions options, FloatMatrix logits) {
    Sampler sampler = new Sampler(options, TokenSet.all(logits.columns()), new int[0]);
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      ids.add(sampler.sample(logits, 0, MEMORY));
    }
    return ids;
  }

  private static List<Integer> support(double topP, int topK, float... logits) {
    return support(PLAIN.toBuilder().topP(topP).topK(topK).build(), logits);
  }

  private static List<Integer> support(SamplingOptions options, float... logits) {
    double[] seen = frequencies(options, 3000, logits);
    return IntStream.range(0, logits.length).filter(id -> seen[id] > 0).boxed().toList();
  }

  private static double[] frequencies(SamplingOptions options, int draws, float... logits) {
    Sampler sampler = new Sampler(options, TokenSet.all(logits.length), new int[0]);
    FloatMatrix matrix = logits(logits);
    double[] seen = new double[logits.length];
    for (int i = 0; i < draws; i++) {
      seen[sampler.sample(matrix, 0, MEMORY)] += 1.0 / draws;
    }
    return seen;
  }

  private static double chiSquare(double[] expected, double[] seen, int draws) {
    double sum = 0;
    for (int i = 0; i < expected.length; i++) {
      if (expected[i] > 0) {
        sum += draws * (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
      }
    }
    return sum;
  }

  private static double[] softmax(float[] logits, double temperature) {
    double[] weights = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp(logits[i] / temperature);
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  private static float[] randomLogits(long seed, int count) {
    Random random = new Random(seed);
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    return logits;
  }

  private static FloatMatrix logits(float... values) {
    FloatMatrix matrix = FloatMatrix.allocate(Arena.ofAuto(), 1, values.length);
    for (int i = 0; i < values.length; i++) {
      matrix.set(0, i, values[i]);
    }
    return matrix;
  }
}
