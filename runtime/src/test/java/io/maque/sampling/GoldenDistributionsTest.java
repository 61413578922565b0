package io.maque.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.kernel.scalar.ScalarProvider;
import io.maque.tensor.FloatMatrix;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Draws must follow the distributions that Hugging Face transformers computes. */
class GoldenDistributionsTest {
  private static final SamplingMemory MEMORY =
      new SamplingMemory(new ScalarProvider().maxima().orElseThrow());

  private static final int DRAWS = 20_000;

  /** Ids with fewer draws than this to be expected are counted together. */
  private static final double FEWEST_EXPECTED = 5;

  private record Golden(String options, int[] prompt, double[] logits, double[] probabilities) {

    @Override
    public String toString() {
      return options;
    }
  }

  static Stream<Golden> golden() throws IOException {
    try (InputStream in =
        GoldenDistributionsTest.class.getResourceAsStream("/golden/sampling/distributions.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(String::strip).toList();
      List<Golden> cases = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 4) {
        cases.add(
            new Golden(
                lines.get(i),
                Arrays.stream(numbers(lines.get(i + 1))).mapToInt(id -> (int) id).toArray(),
                numbers(lines.get(i + 2)),
                numbers(lines.get(i + 3))));
      }
      assertThat(cases).hasSize(13);
      return cases.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void drawsFollowTheReference(Golden golden) {
    int size = golden.logits().length;
    FloatMatrix logits = FloatMatrix.allocate(Arena.ofAuto(), 1, size);
    for (int id = 0; id < size; id++) {
      logits.set(0, id, (float) golden.logits()[id]);
    }
    SamplingOptions.Builder options = options(golden.options());
    int[] seen = new int[size];
    for (int seed = 0; seed < DRAWS; seed++) {
      Sampler sampler =
          new Sampler(options.seed(seed).build(), TokenSet.all(size), golden.prompt());
      seen[sampler.sample(logits, 0, MEMORY)]++;
    }

    double chiSquare = 0;
    int cells = 0;
    double rareExpected = 0;
    int rareSeen = 0;
    for (int id = 0; id < size; id++) {
      double expected = golden.probabilities()[id] * DRAWS;
      if (expected == 0) {
        assertThat(seen[id]).as("id %d, which the reference rules out", id).isZero();
      } else if (expected < FEWEST_EXPECTED) {
        rareExpected += expected;
        rareSeen += seen[id];
      } else {
        chiSquare += (seen[id] - expected) * (seen[id] - expected) / expected;
        cells++;
      }
    }
    // Mean cells - 1, variance twice that: five standard deviations above.
    assertThat(chiSquare).isLessThan(cells + 5 * Math.sqrt(2.0 * cells));
    assertThat(rareSeen).isLessThan((int) (rareExpected + 5 * Math.sqrt(rareExpected) + 1));
  }

  private static SamplingOptions.Builder options(String line) {
    SamplingOptions.Builder options = SamplingOptions.GREEDY.toBuilder().temperature(1);
    for (String option : line.split(" ")) {
      String value = option.substring(option.indexOf('=') + 1);
      switch (option.replaceAll("=.*", "")) {
        case "case" -> {}
        case "temperature" -> options.temperature(Double.parseDouble(value));
        case "topK" -> options.topK(Integer.parseInt(value));
        case "topP" -> options.topP(Double.parseDouble(value));
        case "minP" -> options.minP(Double.parseDouble(value));
        case "repetitionPenalty" -> options.repetitionPenalty(Double.parseDouble(value));
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    return options;
  }

  private static double[] numbers(String line) {
    return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }
}
