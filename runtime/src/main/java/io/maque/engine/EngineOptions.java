package io.maque.engine;

import io.maque.tensor.TensorType;

/**
 * The bounds of an engine.
 *
 * @param contextLength longest sequence, prompt and completion together, at least 2
 * @param maxSequences sequences in work at the same time, at least 1
 * @param queueCapacity requests that may wait beside those
 * @param maxBatchTokens tokens of one forward pass, at least {@code maxSequences}
 * @param maxPrefillTokens tokens of prompts in a pass that streams take part in, at least 1: bounds
 *     how long streams pause while prompts are read
 * @param blockTokens positions per block of the KV cache
 * @param kvBlocks blocks in the KV cache, enough for one sequence of {@code contextLength}
 * @param kvCacheType element format of the KV cache
 */
public record EngineOptions(
    int contextLength,
    int maxSequences,
    int queueCapacity,
    int maxBatchTokens,
    int maxPrefillTokens,
    int blockTokens,
    int kvBlocks,
    TensorType kvCacheType) {

  private static final int DEFAULT_BATCH_TOKENS = 256;
  private static final int DEFAULT_PREFILL_TOKENS = 48;
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
    require(maxPrefillTokens >= 1, "maxPrefillTokens", "1 or more", maxPrefillTokens);
    require(blockTokens >= 1, "blockTokens", "1 or more", blockTokens);
    int needed = Math.ceilDiv(contextLength, blockTokens);
    require(kvBlocks >= needed, "kvBlocks", needed + " (one full context) or more", kvBlocks);
  }

  /**
   * Default block and batch sizes.
   *
   * @param kvCacheTokens positions of the KV cache over all sequences; rounded up to whole blocks,
   *     and to one full context
   */
  public static EngineOptions of(
      int contextLength,
      int maxSequences,
      int queueCapacity,
      int kvCacheTokens,
      TensorType kvCacheType) {
    return new EngineOptions(
        contextLength,
        maxSequences,
        queueCapacity,
        Math.max(DEFAULT_BATCH_TOKENS, 2 * maxSequences),
        DEFAULT_PREFILL_TOKENS,
        DEFAULT_BLOCK_TOKENS,
        Math.ceilDiv(Math.max(contextLength, kvCacheTokens), DEFAULT_BLOCK_TOKENS),
        kvCacheType);
  }

  private static void require(boolean holds, String option, String expected, int found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s: expected %s, found %d".formatted(option, expected, found));
    }
  }
}
