package io.maque.cli.command;

import io.maque.sampling.SamplingOptions;
import picocli.CommandLine.Option;

/** The options that choose tokens, for every command that generates. */
final class SamplingArguments {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the most likely token; default 0.7.")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Keep the K most likely tokens; 0 keeps all; default 40.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keep tokens until their probabilities reach P; default 0.95.")
  private Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Keep tokens at least P times as likely as the best; default 0.")
  private Double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Above 1 avoids tokens that occurred; default 1.")
  private Double repetitionPenalty;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Start of the random numbers; the same gives the same answer.")
  private Long seed;

  /**
   * The options as they were given.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  SamplingOptions toOptions() {
    SamplingOptions.Builder options = SamplingOptions.builder();
    if (temperature != null) {
      options.temperature(temperature);
    }
    if (topK != null) {
      options.topK(topK);
    }
    if (topP != null) {
      options.topP(topP);
    }
    if (minP != null) {
      options.minP(minP);
    }
    if (repetitionPenalty != null) {
      options.repetitionPenalty(repetitionPenalty);
    }
    if (seed != null) {
      options.seed(seed);
    }
    return options.build();
  }
}
