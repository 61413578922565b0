package io.maque.engine;

import io.maque.tensor.TensorType;

/**
 * The bounds of an engine.
 *
 * @param contextLength longest sequence, prompt and completion together, at least 2
 * @param maxSequences sequences in work at the same time, at least 1
 * @param queueCapacity requests that may wait beside those
 * @param maxBatchTokens tokens of one forward pass, at least {@code maxSequences}. A cancelled
 *     request ends after the pass that is running, so this also bounds how long that takes
 * @param blockTokens positions per block of the KV cache
 * @param kvBlocks blocks in the KV cache, enough for one sequence of {@code contextLength}
 * @param kvCacheType element format of the KV cache
 */
public record EngineOptions(
    int contextLength,
    int maxSequences,
    int queueCapacity,
    int maxBatchTokens,
    int blockTokens,
    int kvBlocks,
    TensorType kvCacheType) {

  private static final int DEFAULT_BATCH_TOKENS = 256;
  private static final int DEFAULT_BLOCK_TOKENS = 32;

  public EngineOptions {
    require(contextLength >= 2, "contextLength", "2 or more", contextLength);
    require(maxSequences >= 1, "maxSequences", "1 or more", maxSequences);
    require(queueCapacity >= 0, "queueCapacity", "0 or more", queueCapacity);
    require(
        maxBatchTokens >= maxSequences,
        "maxBatchTokens",
        maxSequences + " (maxSequences) or more",
        maxBatchTokens);
    require(blockTokens >= 1, "blockTokens", "1 or more", blockTokens);
    int needed = Math.ceilDiv(contextLength, blockTokens);
    require(kvBlocks >= needed, "kvBlocks", needed + " (one full context) or more", kvBlocks);
  }

  /** Default block and batch sizes, and a KV cache in which every sequence may grow to the end. */
  public static EngineOptions of(
      int contextLength, int maxSequences, int queueCapacity, TensorType kvCacheType) {
    int blocks = Math.ceilDiv(contextLength, DEFAULT_BLOCK_TOKENS);
    return new EngineOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        Math.max(DEFAULT_BATCH_TOKENS, maxSequences),
        DEFAULT_BLOCK_TOKENS,
        Math.multiplyExact(blocks, maxSequences),
        kvCacheType);
  }

  private static void require(boolean holds, String option, String expected, int found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %d".formatted(option, expected, found));
    }
  }
}
