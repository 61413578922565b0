package io.maque.engine;

import io.maque.engine.Plan.Chunk;
import java.util.List;

/** Counts what the engine thread does and publishes it for the others. */
final class Counters {
  private final int kvBlocks;
  private final int blockTokens;
  private long completionTokens;
  private long passes;
  private int lastBatchTokens;
  private int lastBatchSequences;
  private volatile EngineStatistics published;

  Counters(EngineOptions options) {
    this.kvBlocks = options.kvBlocks();
    this.blockTokens = options.blockTokens();
    this.published =
        new EngineStatistics(
            0, 0, kvBlocks, 0, 0, blockTokens, 0, 0, 0, 0, 0, 0, 0, ImageStatistics.NONE);
  }

  /** A pass over some chunks begins. */
  void begun(List<Chunk> chunks) {
    passes++;
    lastBatchSequences = chunks.size();
    lastBatchTokens = 0;
    for (Chunk chunk : chunks) {
      lastBatchTokens += chunk.count();
    }
  }

  /** Tokens were sampled. */
  void sampled(int tokens) {
    completionTokens += tokens;
  }

  /** Lets the other threads see how things stand. */
  void publish(Scheduler scheduler) {
    published =
        new EngineStatistics(
            scheduler.running(),
            scheduler.waiting(),
            kvBlocks,
            kvBlocks - scheduler.freeBlocks() - scheduler.retainedBlocks(),
            scheduler.retainedBlocks(),
            blockTokens,
            scheduler.promptTokens(),
            scheduler.cachedTokens(),
            completionTokens,
            scheduler.preemptions(),
            passes,
            lastBatchTokens,
            lastBatchSequences,
            ImageStatistics.NONE);
  }

  /** What was published last; from any thread. */
  EngineStatistics published() {
    return published;
  }
}
