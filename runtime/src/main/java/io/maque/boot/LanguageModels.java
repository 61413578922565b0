package io.maque.boot;

import io.maque.asm.MappedFileGuard;
import io.maque.chat.ChatFormat;
import io.maque.engine.Engine;
import io.maque.engine.EngineOptions;
import io.maque.engine.ImageCache;
import io.maque.engine.ModelFileChangedException;
import io.maque.engine.WeightsCheck;
import io.maque.generate.ImageIntake;
import io.maque.generate.LanguageModel;
import io.maque.generate.LocalLanguageModel;
import io.maque.generate.ModelCard;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.metrics.Stopwatch;
import io.maque.metrics.WallClock;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.model.multimodal.VisionLanguageModel;
import io.maque.sampling.TokenSet;
import io.maque.tensor.Tensor;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens models. */
public final class LanguageModels {
  static final String CHAT_TEMPLATE = "tokenizer.chat_template";

  /** One token of prompt and one of completion. */
  private static final int MIN_CONTEXT_LENGTH = 2;

  private LanguageModels() {}

  /**
   * Opens a model file. Weights are mapped, not read: the first request brings in what it needs.
   *
   * @param path a GGUF file, or the first part of a split one
   * @throws java.io.UncheckedIOException when the file is missing or cannot be read
   * @throws io.maque.gguf.GgufFormatException when it is not a sound GGUF file
   * @throws UnsupportedModelException when Maque cannot run the model, its vocabulary has more
   *     tokens than its embeddings have rows, or the image encoder does not belong to it
   * @throws io.maque.tokenizer.UnsupportedTokenizerException when it cannot read its vocabulary
   * @throws ModelFileChangedException when the file is cut short meanwhile
   * @throws io.maque.kernel.KernelUnavailableException when a forced rung cannot run here
   * @throws IllegalArgumentException when the context length is beyond the model's
   */
  public static LanguageModel open(Path path, OpenOptions options) {
    Stopwatch opening = Stopwatch.start();
    try (OpenFiles files = OpenFiles.open(path, options.projector())) {
      MappedFileGuard guard = files.guard();
      boolean opened = false;
      try {
        LanguageModel model = open(files, guard, options, opening);
        files.keep();
        opened = true;
        return model;
      } finally {
        if (!opened) {
          guard.close();
        }
      }
    }
  }

  private static LanguageModel open(
      OpenFiles files, MappedFileGuard guard, OpenOptions options, Stopwatch opening) {
    GgufMetadata metadata = files.model().metadata();
    EngineOptions engineOptions = engineOptions(metadata, options);
    int contextLength = engineOptions.contextLength();
    Kernels kernels = KernelLadder.choose(options.kernels());
    // The vocabulary takes longest: weights, and a first pass over them, need not wait for it.
    Background<Tokenizer> vocabulary =
        new Background<>("maque-tokenizer", () -> readTokenizer(metadata));
    Engine engine = null;
    boolean complete = false;
    try {
      TextModel model = Architectures.load(files.model(), kernels, contextLength);
      Optional<VisionLanguageModel> vision =
          VisionLanguageModels.join(files, model.config(), contextLength, kernels);
      Optional<ImageCache> images =
          vision.map(v -> new ImageCache(v.encoder(), ImageCache.DEFAULT_CAPACITY_BYTES));
      SampledTokens sampled = new SampledTokens(model.config().vocabularySize(), vocabulary);
      WeightsCheck weights = weights(files.names(), guard);
      engine = new Engine(model, images, sampled, workers(options), engineOptions, weights);
      engine.warmUp();
      Tokenizer tokenizer = vocabulary.result();
      weights.requireWhole();
      requireEmbeddings(tokenizer, model.config());
      Optional<ChatFormat> chat = chatFormat(metadata, tokenizer, vision);
      LanguageModel opened =
          new LocalLanguageModel(
              card(files, model.config(), contextLength, chat.isPresent()),
              tokenizer,
              chat,
              vision.map(v -> new ImageIntake(v, images.orElseThrow())),
              engine,
              guarded(guard, files.all()),
              opening.elapsedMillis());
      complete = true;
      return opened;
    } finally {
      // The file must not be closed while it is read.
      vocabulary.await();
      if (!complete && engine != null) {
        engine.close();
      }
    }
  }

  private static WorkerPool workers(OpenOptions options) {
    return new WorkerPool(
        options.threads() == 0 ? Machine.current().processors() : options.threads());
  }

  private static WeightsCheck weights(String files, MappedFileGuard guard) {
    return () -> {
      if (guard.lostPages()) {
        throw new ModelFileChangedException(files);
      }
    };
  }

  /** What a model closes at its end: nobody may watch files that are closed. */
  private static List<Runnable> guarded(MappedFileGuard guard, List<GgufFile> files) {
    List<Runnable> closing = new ArrayList<>();
    closing.add(guard::close);
    files.forEach(file -> closing.add(file::close));
    return closing;
  }

  private static Optional<ChatFormat> chatFormat(
      GgufMetadata metadata, Tokenizer tokenizer, Optional<VisionLanguageModel> vision) {
    Optional<String> stored = metadata.findString(CHAT_TEMPLATE);
    Optional<String> template = vision.map(v -> v.chatTemplate(stored, tokenizer)).orElse(stored);
    return template.map(source ->
        new ChatFormat(
            source,
            tokenizer,
            WallClock.local(),
            vision.map(v -> v.imageMarkup(source)),
            vision.map(VisionLanguageModel::stopSequences).orElse(List.of())));
  }

  /** The bounds of the engine for a file that is opened with these options. */
  static EngineOptions engineOptions(GgufMetadata metadata, OpenOptions options) {
    int contextLength = contextLength(options, trainedContextLength(metadata));
    return EngineOptions.of(
        contextLength,
        options.maxSequences(),
        options.queueCapacity(),
        kvCacheTokens(options, contextLength),
        options.kvCacheType());
  }

  /** What the file says; the architecture refuses a file that does not say it, or says nonsense. */
  private static int trainedContextLength(GgufMetadata metadata) {
    long length =
        metadata
            .findString("general.architecture")
            .flatMap(name -> metadata.findInteger(name + ".context_length"))
            .orElse((long) OpenOptions.DEFAULT_CONTEXT_LENGTH);
    return Math.clamp(length, MIN_CONTEXT_LENGTH, Integer.MAX_VALUE);
  }

  private static int contextLength(OpenOptions options, int trained) {
    int wanted = options.contextLength();
    if (wanted == 0) {
      return Math.min(trained, OpenOptions.DEFAULT_CONTEXT_LENGTH);
    }
    if (wanted < MIN_CONTEXT_LENGTH || wanted > trained) {
      throw new IllegalArgumentException(
          "contextLength: expected %d to %d, for which the model was trained, found %d"
              .formatted(MIN_CONTEXT_LENGTH, trained, wanted));
    }
    return wanted;
  }

  private static int kvCacheTokens(OpenOptions options, int contextLength) {
    if (options.kvCacheTokens() > 0) {
      return options.kvCacheTokens();
    }
    long all = (long) contextLength * options.maxSequences();
    return (int) Math.min(all, OpenOptions.DEFAULT_KV_CACHE_TOKENS);
  }

  private static Tokenizer readTokenizer(GgufMetadata metadata) {
    Tokenizer tokenizer = Tokenizer.from(metadata);
    // Its tables are built when first used, which will be at once: do it while the model is read.
    tokenizer.encode("a", Special.TEXT);
    return tokenizer;
  }

  /** The matrix may have more rows than there are tokens; a token without a row cannot be read. */
  private static void requireEmbeddings(Tokenizer tokenizer, TextModelConfig config) {
    if (tokenizer.size() > config.vocabularySize()) {
      throw new UnsupportedModelException(
          "tensor token_embd.weight: expected a row for each of the %d tokens, found %d rows"
              .formatted(tokenizer.size(), config.vocabularySize()));
    }
  }

  /** The ids that completions may contain, found out when the first request asks. */
  private static final class SampledTokens implements Supplier<TokenSet> {
    private final int vocabularySize;
    private final Background<Tokenizer> vocabulary;
    private TokenSet tokens;

    SampledTokens(int vocabularySize, Background<Tokenizer> vocabulary) {
      this.vocabularySize = vocabularySize;
      this.vocabulary = vocabulary;
    }

    @Override
    public synchronized TokenSet get() {
      if (tokens == null) {
        Tokenizer tokenizer = vocabulary.result();
        tokens =
            TokenSet.of(
                vocabularySize,
                id -> id < tokenizer.size() && tokenizer.type(id) != TokenType.UNUSED);
      }
      return tokens;
    }
  }

  /** What open files are. */
  static ModelCard card(
      OpenFiles files, TextModelConfig config, int contextLength, boolean hasChatTemplate) {
    long parameters = 0;
    long weightBytes = 0;
    for (GgufFile file : files.all()) {
      for (Tensor tensor : file.tensors()) {
        parameters += tensor.shape().elements();
        weightBytes += tensor.data().byteSize();
      }
    }
    GgufFile model = files.model();
    return new ModelCard(
        model
            .metadata()
            .findString("general.name")
            .orElseGet(() -> model.path().getFileName().toString()),
        config.architecture(),
        parameters,
        FileTypes.name(model),
        weightBytes,
        config.contextLength(),
        contextLength,
        config.embeddingLength(),
        config.blockCount(),
        config.vocabularySize(),
        hasChatTemplate,
        files.projector().isPresent());
  }
}
