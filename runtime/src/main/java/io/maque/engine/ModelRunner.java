package io.maque.engine;

import io.maque.cache.KvCache;
import io.maque.engine.Sequence.Output;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.TextModel;
import io.maque.model.Workspace;
import io.maque.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.function.UnaryOperator;

/** A model with the memory and the threads it works with, allocated once. */
final class ModelRunner implements AutoCloseable {
  /** Rows of output computed at a time; bounds their memory when every position wants them. */
  private static final int OUTPUT_ROWS = 16;

  private final TextModel model;
  private final Workers workers;
  private final Arena arena;
  private final Workspace workspace;
  private final FloatMatrix logits;
  private final FloatMatrix states;
  private final KvCache cache;

  /**
   * @param workers closed with this runner, or at once when it cannot be made
   */
  ModelRunner(TextModel model, Workers workers, EngineOptions options) {
    this.model = model;
    this.workers = workers;
    this.arena = Arena.ofShared();
    boolean complete = false;
    try {
      this.workspace = model.newWorkspace(arena, options.maxBatchTokens());
      int rows = Math.min(OUTPUT_ROWS, options.maxBatchTokens());
      this.logits = FloatMatrix.allocate(arena, rows, model.config().vocabularySize());
      this.states = FloatMatrix.allocate(arena, rows, model.config().embeddingLength());
      this.cache =
          new KvCache(
              model.kvLayout(options.blockTokens(), options.kvCacheType()), options.kvBlocks());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
        workers.close();
      }
    }
  }

  KvCache cache() {
    return cache;
  }

  Workers workers() {
    return workers;
  }

  /** Runs a batch; see {@link TextModel#forward}. */
  Batch run(Batch batch, UnaryOperator<Batch> afterLayer) {
    model.embed(batch, workspace);
    return model.forward(batch, cache, workspace, workers, afterLayer);
  }

  /** Most rows that {@link #read} gives at a time. */
  int outputRows() {
    return logits.rows();
  }

  /** What the last layer says at some rows of the batch that ran; valid until the next call. */
  FloatMatrix read(Output output, int[] rows) {
    if (output == Output.LOGITS) {
      model.logits(rows, workspace, logits, workers);
      return logits;
    }
    model.hiddenStates(rows, workspace, states);
    return states;
  }

  @Override
  public void close() {
    workers.close();
    cache.close();
    arena.close();
  }
}
