package io.maque.boot;

import io.maque.engine.EngineOptions;
import io.maque.gguf.GgufFile;
import io.maque.model.TextModel;
import io.maque.model.TextModelConfig;
import io.maque.tensor.Tensor;
import java.nio.file.Path;

/**
 * What an open model takes at most, before it is opened.
 *
 * @param weightBytes of all tensors; mapped, so the operating system could take them back, but a
 *     model whose weights are read from disk for every token serves nobody
 * @param kvCacheBytes with every sequence at its full length
 * @param workspaceBytes activations of one batch, and logits
 */
public record MemoryEstimate(long weightBytes, long kvCacheBytes, long workspaceBytes) {
  private static final int LOGITS_ROWS = 16;

  /**
   * Reads the header of a file for it.
   *
   * @throws RuntimeException as {@link LanguageModels#open} does, for a file that it refuses
   */
  public static MemoryEstimate of(Path path, OpenOptions options) {
    try (GgufFile file = GgufFile.open(path)) {
      EngineOptions engine = LanguageModels.engineOptions(file.metadata(), options);
      TextModel model =
          Architectures.load(file, KernelLadder.choose(options.kernels()), engine.contextLength());
      long weights = 0;
      for (Tensor tensor : file.tensors()) {
        weights += tensor.data().byteSize();
      }
      long block = model.kvLayout(engine.blockTokens(), engine.kvCacheType()).blockBytes();
      return new MemoryEstimate(
          weights,
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

  /** All together. */
  public long bytes() {
    return weightBytes + kvCacheBytes + workspaceBytes;
  }
}
