package io.maque.generate;

import io.maque.engine.Engine;
import io.maque.engine.QueueFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Brings any number of texts through an engine whose queue is bounded. */
final class EmbeddingQueue {
  private final Engine engine;
  private final Deque<PendingResult<float[]>> pending = new ArrayDeque<>();
  private final List<float[]> done = new ArrayList<>();

  EmbeddingQueue(Engine engine) {
    this.engine = engine;
  }

  List<float[]> embed(List<int[]> texts) {
    try {
      for (int[] text : texts) {
        // As many as the engine works on at a time: the queue is for everybody.
        if (pending.size() == engine.options().maxSequences()) {
          takeOldest();
        }
        submit(text);
      }
      while (!pending.isEmpty()) {
        takeOldest();
      }
      return done;
    } finally {
      pending.forEach(PendingResult::cancel);
    }
  }

  /** When others fill the queue, the texts that are in it already make room for the rest. */
  private void submit(int[] text) {
    while (true) {
      try {
        PendingResult<float[]> result = new PendingResult<>();
        result.submitted(engine.embed(text, result));
        pending.add(result);
        return;
      } catch (QueueFullException e) {
        if (pending.isEmpty()) {
          throw e;
        }
        takeOldest();
      }
    }
  }

  private void takeOldest() {
    done.add(pending.remove().await());
  }
}
