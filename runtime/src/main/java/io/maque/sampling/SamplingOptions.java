package io.maque.sampling;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How the next token is chosen. {@link Sampler} says in which order the options are applied.
 *
 * @param temperature divides the logits; 0 takes the most likely token (greedy). At least 0
 * @param topK keeps the {@code k} most likely tokens; 0 keeps all
 * @param topP keeps the most likely tokens until their probabilities reach {@code p}; in (0, 1], 1
 *     keeps all
 * @param minP keeps tokens at least {@code minP} times as likely as the most likely one; in [0, 1),
 *     0 keeps all
 * @param repetitionPenalty divides the positive and multiplies the negative logits of tokens that
 *     occur in the prompt or the completion (Keskar et al. 2019, arXiv 1909.05858); 0.01 to 100, 1
 *     is off
 * @param repetitionWindow how many of the last tokens the repetition penalty looks at; 0 means all
 * @param presencePenalty subtracted from the logits of tokens that occur in the completion; in [-2,
 *     2], 0 is off
 * @param frequencyPenalty subtracted once for every occurrence in the completion; in [-2, 2], 0 is
 *     off
 * @param logitBias added to the logits of these token ids; in [-100, 100]
 * @param seed starts the random numbers; empty takes a fresh one
 */
public record SamplingOptions(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    int repetitionWindow,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    OptionalLong seed) {

  /** Always the most likely token. */
  public static final SamplingOptions GREEDY =
      new SamplingOptions(0, 0, 1, 0, 1, 0, 0, 0, Map.of(), OptionalLong.empty());

  /**
   * What an ordinary chat wants when nothing else is said: temperature 0.7, the 40 most likely
   * tokens, top-p 0.95. No penalties.
   */
  public static final SamplingOptions DEFAULT =
      GREEDY.toBuilder().temperature(0.7).topK(40).topP(0.95).build();

  public SamplingOptions {
    require(temperature >= 0 && temperature <= 100, "temperature", "0 to 100", temperature);
    require(topK >= 0, "topK", "0 (all tokens) or more", topK);
    require(topP > 0 && topP <= 1, "topP", "above 0, at most 1", topP);
    require(minP >= 0 && minP < 1, "minP", "0 or more, below 1", minP);
    require(
        repetitionPenalty >= 0.01 && repetitionPenalty <= 100,
        "repetitionPenalty",
        "0.01 to 100",
        repetitionPenalty);
    require(repetitionWindow >= 0, "repetitionWindow", "0 (all) or more", repetitionWindow);
    require(Math.abs(presencePenalty) <= 2, "presencePenalty", "-2 to 2", presencePenalty);
    require(Math.abs(frequencyPenalty) <= 2, "frequencyPenalty", "-2 to 2", frequencyPenalty);
    // Sorted: sums of floats then do not depend on the iteration order of the caller's map.
    TreeMap<Integer, Double> bias = new TreeMap<>(logitBias);
    bias.forEach((id, value) -> {
      require(id >= 0, "logitBias", "token ids of 0 or more", id);
      require(Math.abs(value) <= 100, "logitBias of token " + id, "-100 to 100", value);
    });
    logitBias = Collections.unmodifiableMap(bias);
  }

  // Conditions above are written so that NaN fails them.
  private static void require(boolean holds, String option, String expected, Number found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %s".formatted(option, expected, found));
    }
  }

  /** Whether the most likely token is always taken. */
  public boolean greedy() {
    return temperature == 0;
  }

  /** Whether any option changes logits on the ground of tokens or ids, before the temperature. */
  boolean adjustsLogits() {
    return repetitionPenalty != 1
        || presencePenalty != 0
        || frequencyPenalty != 0
        || !logitBias.isEmpty();
  }

  /** A builder that starts from {@link #DEFAULT}. */
  public static Builder builder() {
    return DEFAULT.toBuilder();
  }

  /** A builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Options in the making; the components of {@link SamplingOptions} say what each value means. */
  public static final class Builder {
    private double temperature;
    private int topK;
    private double topP;
    private double minP;
    private double repetitionPenalty;
    private int repetitionWindow;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Double> logitBias;
    private OptionalLong seed;

    private Builder(SamplingOptions from) {
      temperature = from.temperature;
      topK = from.topK;
      topP = from.topP;
      minP = from.minP;
      repetitionPenalty = from.repetitionPenalty;
      repetitionWindow = from.repetitionWindow;
      presencePenalty = from.presencePenalty;
      frequencyPenalty = from.frequencyPenalty;
      logitBias = from.logitBias;
      seed = from.seed;
    }

    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    public Builder topK(int value) {
      topK = value;
      return this;
    }

    public Builder topP(double value) {
      topP = value;
      return this;
    }

    public Builder minP(double value) {
      minP = value;
      return this;
    }

    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    public Builder repetitionWindow(int value) {
      repetitionWindow = value;
      return this;
    }

    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    public Builder logitBias(Map<Integer, Double> value) {
      logitBias = value;
      return this;
    }

    public Builder seed(long value) {
      seed = OptionalLong.of(value);
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException when a value is out of its range
     */
    public SamplingOptions build() {
      return new SamplingOptions(
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          repetitionWindow,
          presencePenalty,
          frequencyPenalty,
          logitBias,
          seed);
    }
  }
}
