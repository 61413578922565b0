package io.maque.engine;

import io.maque.cache.KvCache;
import io.maque.cache.KvLayout;
import io.maque.engine.Plan.Chunk;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.TextModel;
import io.maque.model.Workspace;
import io.maque.tensor.FloatMatrix;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine thread does, over and over: take what has arrived, end what was cancelled, plan,
 * compute, hand out tokens. Owns everything it works with and frees it at the end.
 */
final class EngineLoop implements Runnable {
  private static final Logger LOG = System.getLogger(EngineLoop.class.getName());

  /** Rows of logits computed at a time; bounds their memory when every position wants them. */
  private static final int LOGITS_ROWS = 16;

  private final TextModel model;
  private final Workers workers;
  private final Inbox inbox;
  private final Arena arena;
  private final KvCache cache;
  private final Workspace workspace;
  private final FloatMatrix logits;
  private final Scheduler scheduler;

  EngineLoop(TextModel model, Workers workers, EngineOptions options, Inbox inbox) {
    this.model = model;
    this.workers = workers;
    this.inbox = inbox;
    this.arena = Arena.ofShared();
    boolean complete = false;
    try {
      this.workspace = model.newWorkspace(arena, options.maxBatchTokens());
      int rows = Math.min(LOGITS_ROWS, options.maxBatchTokens());
      this.logits = FloatMatrix.allocate(arena, rows, model.config().vocabularySize());
      KvLayout layout = model.kvLayout(options.blockTokens(), options.kvCacheType());
      this.cache = new KvCache(layout, options.kvBlocks());
      complete = true;
    } finally {
      if (!complete) {
        arena.close();
        workers.close();
      }
    }
    this.scheduler = new Scheduler(cache, options.maxSequences(), options.maxBatchTokens());
  }

  @Override
  public void run() {
    try {
      while (!inbox.closed()) {
        List<Sequence> arrived = scheduler.idle() ? inbox.take() : inbox.drain();
        arrived.forEach(scheduler::add);
        scheduler
            .find(Sequence::cancelled)
            .forEach(sequence -> end(sequence, FinishReason.CANCELLED));
        step();
      }
    } catch (InterruptedException e) {
      // Nobody but a listener can know this thread; taken as the wish to close.
      LOG.log(Level.WARNING, "the engine thread was interrupted; the model is closed");
    } finally {
      shutDown();
    }
  }

  private void step() {
    Plan plan = scheduler.schedule();
    if (plan.chunks().isEmpty() || !compute(plan)) {
      return;
    }
    List<Position> wanted = new ArrayList<>();
    int row = 0;
    for (Chunk chunk : plan.chunks()) {
      int begin = chunk.begin();
      chunk.sequence().advance(chunk.count());
      for (int i = 0; i < chunk.count(); i++, row++) {
        if (chunk.sequence().needsLogits(begin + i)) {
          wanted.add(new Position(chunk.sequence(), begin + i, row));
        }
      }
    }
    for (int i = 0; i < wanted.size(); i += logits.rows()) {
      handOut(wanted.subList(i, Math.min(i + logits.rows(), wanted.size())));
    }
  }

  /** A position whose logits are wanted, and its row in the workspace. */
  private record Position(Sequence sequence, int position, int row) {}

  /** Runs the model over the plan; when that fails, so do all sequences that take part. */
  private boolean compute(Plan plan) {
    Batch batch = new Batch(plan.chunks().stream().map(EngineLoop::slice).toList());
    try {
      model.embed(batch, workspace);
      model.forward(batch, cache, workspace, workers);
      return true;
    } catch (RuntimeException e) {
      plan.chunks().forEach(chunk -> fail(chunk.sequence(), e));
      return false;
    }
  }

  private static Batch.Slice slice(Chunk chunk) {
    Sequence sequence = chunk.sequence();
    return new Batch.Slice(
        sequence.blockTable(), chunk.begin(), sequence.tokens(chunk.begin(), chunk.count()));
  }

  private void handOut(List<Position> positions) {
    int[] rows = positions.stream().mapToInt(Position::row).toArray();
    try {
      model.logits(rows, workspace, logits, workers);
    } catch (RuntimeException e) {
      positions.forEach(position -> fail(position.sequence(), e));
      return;
    }
    RuntimeException[] failures = new RuntimeException[rows.length];
    workers.forEachRange(
        rows.length,
        1,
        (begin, end, worker) -> {
          for (int i = begin; i < end; i++) {
            failures[i] = evaluate(positions.get(i), i);
          }
        });
    for (int i = 0; i < rows.length; i++) {
      if (failures[i] == null) {
        accept(positions.get(i));
      } else {
        fail(positions.get(i).sequence(), failures[i]);
      }
    }
  }

  /** Returns what went wrong, or null: one sequence's failure is not that of the others. */
  private RuntimeException evaluate(Position position, int logitsRow) {
    try {
      position.sequence().evaluate(position.position(), logits, logitsRow);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private void accept(Position position) {
    Sequence sequence = position.sequence();
    if (sequence.cancelled() || sequence.state() == Sequence.State.FINISHED) {
      return;
    }
    try {
      sequence.accept(position.position()).ifPresent(reason -> end(sequence, reason));
    } catch (RuntimeException e) {
      fail(sequence, e);
    }
  }

  private void end(Sequence sequence, FinishReason reason) {
    scheduler.finish(sequence, true);
    inbox.leave();
    tell(() -> sequence.onFinish(reason));
  }

  private void fail(Sequence sequence, RuntimeException error) {
    if (sequence.state() != Sequence.State.FINISHED) {
      scheduler.finish(sequence, false);
      inbox.leave();
      tell(() -> sequence.onError(error));
    }
  }

  /** A listener that fails even when it is told the end must not end the engine. */
  private static void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a listener failed when it was told the end of its request", e);
    }
  }

  private void shutDown() {
    inbox.close();
    EngineClosedException error =
        new EngineClosedException("the model was closed before the request was complete");
    inbox.drain().forEach(scheduler::add);
    scheduler.find(sequence -> true).forEach(sequence -> fail(sequence, error));
    workers.close();
    cache.close();
    arena.close();
  }
}
