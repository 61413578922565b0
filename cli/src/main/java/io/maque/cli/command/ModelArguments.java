package io.maque.cli.command;

import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.generate.LanguageModel;
import io.maque.hub.store.ModelFiles;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of opening a model, for every command that computes. */
final class ModelArguments {
  /** Room for a picture and a sentence or two. */
  private static final int SHORT_CONVERSATION_TOKENS = 1024;

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description =
          "Longest conversation, prompt and answer together; default the model's own, at most"
              + " 4096.")
  private int contextLength;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; default one per processor.")
  private int threads;

  @Option(
      names = "--kernels",
      paramLabel = "RUNG",
      description = "Begin at this rung of the kernel ladder; see 'maque kernels'.")
  private String kernels;

  @Option(
      names = "--kv-type",
      paramLabel = "TYPE",
      defaultValue = "f16",
      description = {
        "Type of the KV cache: f16, or q8_0, which takes",
        "8.5 bits a number instead of 16; default f16."
      })
  private String kvType;

  /** Opens a model; a refused option is wrong usage. */
  LanguageModel open(CommandSpec spec, ModelFiles files) {
    return open(spec, files, 0);
  }

  /**
   * Opens a model for a text of {@code tokens} tokens: unless the user asks for another context,
   * one that holds it, as far as the model was trained for it.
   */
  LanguageModel open(CommandSpec spec, ModelFiles files, int tokens) {
    return Arguments.checked(
        spec, () -> LanguageModels.open(files.model(), toOptions(files, tokens)));
  }

  /** Opens a model for short conversations, so many at a time. */
  LanguageModel openForMany(CommandSpec spec, ModelFiles files, int conversations) {
    return Arguments.checked(
        spec,
        () ->
            LanguageModels.open(
                files.model(),
                toOptions(files, 0)
                    .withMaxSequences(conversations)
                    .withQueueCapacity(conversations)
                    .withKvCacheTokens(conversations * SHORT_CONVERSATION_TOKENS)));
  }

  private OpenOptions toOptions(ModelFiles files, int tokens) {
    int context =
        contextLength == 0 && tokens > OpenOptions.DEFAULT_CONTEXT_LENGTH ? tokens : contextLength;
    OpenOptions options =
        OpenOptions.DEFAULT.withContextLength(context).withThreads(threads).withKvCacheType(kvType);
    if (kernels != null) {
      options = options.withKernels(kernels);
    }
    return files.projector().map(options::withProjector).orElse(options);
  }
}
