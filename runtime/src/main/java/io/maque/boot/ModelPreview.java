package io.maque.boot;

import io.maque.engine.EngineOptions;
import io.maque.engine.ImageCache;
import io.maque.generate.ModelCard;
import io.maque.gguf.GgufMetadata;
import io.maque.kernel.Kernels;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.model.multimodal.VisionLanguageModel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model is and what it will take at most, before it is opened.
 *
 * @param card as the open model will show it
 * @param kvCacheBytes with every sequence at its full length
 * @param workspaceBytes activations of one batch, and logits; of a vision model also the rows of
 *     pictures that are kept
 */
public record ModelPreview(ModelCard card, long kvCacheBytes, long workspaceBytes) {
  private static final int LOGITS_ROWS = 16;

  /**
   * Reads the header of a file; neither its weights nor its vocabulary.
   *
   * @throws RuntimeException as {@link LanguageModels#open} does, for a file that it refuses
   */
  public static ModelPreview read(Path path, OpenOptions options) {
    try (OpenFiles files = OpenFiles.open(path, options.projector())) {
      GgufMetadata metadata = files.model().metadata();
      EngineOptions engine = LanguageModels.engineOptions(metadata, options);
      Kernels kernels = KernelLadder.choose(options.kernels());
      TextModel model = Architectures.load(files.model(), kernels, engine.contextLength());
      Optional<VisionLanguageModel> vision =
          VisionLanguageModels.join(files, model.config(), engine.contextLength(), kernels);
      boolean hasTemplate =
          vision.isPresent() || metadata.findString(LanguageModels.CHAT_TEMPLATE).isPresent();
      long block = model.kvLayout(engine.blockTokens(), engine.kvCacheType()).blockBytes();
      return new ModelPreview(
          LanguageModels.card(files, model.config(), engine.contextLength(), hasTemplate),
          Math.multiplyExact(block, engine.kvBlocks()),
          workspace(model.config(), engine.maxBatchTokens())
              + (vision.isPresent() ? ImageCache.DEFAULT_CAPACITY_BYTES : 0));
    }
  }

  /** The matrices of {@code nn.Activations}, in f32. */
  private static long workspace(TextModelConfig config, int tokens) {
    long perToken =
        3L * config.embeddingLength()
            + (long) config.headCount() * (config.keyLength() + config.valueLength())
            + (long) config.headCountKv() * (config.keyLength() + config.valueLength())
            + 2L * config.feedForwardLength();
    long logits = (long) LOGITS_ROWS * config.vocabularySize();
    return Float.BYTES * (perToken * tokens + logits);
  }

  /**
   * Memory of the open model. Its weights are mapped, so the operating system could take them back,
   * but a model whose weights come from disk for every token serves nobody.
   */
  public long bytes() {
    return card.weightBytes() + kvCacheBytes + workspaceBytes;
  }
}
