package io.maque.boot;

import io.maque.engine.EngineOptions;
import io.maque.generate.ModelCard;
import io.maque.gguf.GgufFile;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import java.nio.file.Path;

/**
 * What a model is and what it will take at most, before it is opened.
 *
 * @param card as the open model will show it
 * @param kvCacheBytes with every sequence at its full length
 * @param workspaceBytes activations of one batch, and logits
 */
public record ModelPreview(ModelCard card, long kvCacheBytes, long workspaceBytes) {
  private static final int LOGITS_ROWS = 16;

  /**
   * Reads the header of a file; neither its weights nor its vocabulary.
   *
   * @throws RuntimeException as {@link LanguageModels#open} does, for a file that it refuses
   */
  public static ModelPreview read(Path path, OpenOptions options) {
    try (GgufFile file = GgufFile.open(path)) {
      EngineOptions engine = LanguageModels.engineOptions(file.metadata(), options);
      TextModel model =
          Architectures.load(file, KernelLadder.choose(options.kernels()), engine.contextLength());
      long block = model.kvLayout(engine.blockTokens(), engine.kvCacheType()).blockBytes();
      return new ModelPreview(
          LanguageModels.card(file, model.config(), engine.contextLength()),
          Math.multiplyExact(block, engine.kvBlocks()),
          workspace(model.config(), engine.maxBatchTokens()));
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
