package io.maque.engine;

/**
 * What an engine does at a moment, and what it did since it was made.
 *
 * @param running sequences in work
 * @param waiting requests that wait for their turn
 * @param kvBlocks blocks in the KV cache
 * @param kvBlocksUsed blocks that sequences in work hold
 * @param kvBlocksRetained blocks that nobody holds but whose content may serve again
 * @param blockTokens positions per block
 * @param promptTokens tokens of the prompts that were begun
 * @param cachedTokens how many of them were in the KV cache already
 * @param completionTokens tokens sampled, end tokens included
 * @param preemptions sequences that gave their blocks back and were computed again
 * @param passes forward passes
 * @param lastBatchTokens tokens of the last pass
 * @param lastBatchSequences sequences that took part in the last pass
 * @param images what was done with pictures
 */
public record EngineStatistics(
    int running,
    int waiting,
    int kvBlocks,
    int kvBlocksUsed,
    int kvBlocksRetained,
    int blockTokens,
    long promptTokens,
    long cachedTokens,
    long completionTokens,
    long preemptions,
    long passes,
    int lastBatchTokens,
    int lastBatchSequences,
    ImageStatistics images) {

  /** The same with another number of waiting requests, and what was done with pictures. */
  EngineStatistics with(int requests, ImageStatistics pictures) {
    return new EngineStatistics(
        running,
        requests,
        kvBlocks,
        kvBlocksUsed,
        kvBlocksRetained,
        blockTokens,
        promptTokens,
        cachedTokens,
        completionTokens,
        preemptions,
        passes,
        lastBatchTokens,
        lastBatchSequences,
        pictures);
  }
}
