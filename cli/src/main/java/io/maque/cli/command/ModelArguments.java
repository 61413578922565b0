package io.maque.cli.command;

import io.maque.boot.OpenOptions;
import picocli.CommandLine.Option;

/** The options of opening a model, for every command that computes. */
final class ModelArguments {
  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description = {
        "Longest conversation, prompt and answer together; default the",
        "model's own, at most 4096."
      })
  private int contextLength;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; default one per processor.")
  private int threads;

  @Option(
      names = "--kernels",
      paramLabel = "RUNG",
      description = "Use this rung of the kernel ladder only; see 'maque kernels'.")
  private String kernels;

  /**
   * The options as they were given.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  OpenOptions toOptions() {
    OpenOptions options = OpenOptions.DEFAULT.withContextLength(contextLength).withThreads(threads);
    return kernels == null ? options : options.withKernels(kernels);
  }
}
