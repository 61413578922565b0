package io.maque.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * Where other threads hand sequences over to the engine thread. Counts everything that was handed
 * over and is not over yet, so neither it nor the scheduler's queue can grow without bound.
 */
final class Inbox {
  private final int places;
  private final List<Sequence> arrived = new ArrayList<>();
  private int taken;
  private boolean warmUp;
  private boolean closed;

  /**
   * @param places most sequences alive at the same time
   */
  Inbox(int places) {
    this.places = places;
  }

  /** Hands a sequence over. */
  synchronized void put(Sequence sequence) {
    if (closed) {
      throw new EngineClosedException("the model is closed; open it again to submit requests");
    }
    if (taken == places) {
      throw new QueueFullException(places);
    }
    taken++;
    arrived.add(sequence);
    notifyAll();
  }

  /**
   * Takes what has arrived; when there is nothing, waits until there is, the inbox closes or a
   * warm-up is asked for.
   */
  synchronized List<Sequence> take() throws InterruptedException {
    while (arrived.isEmpty() && !closed && !warmUp) {
      wait();
    }
    return drain();
  }

  /** Asks for a warm-up. */
  synchronized void askForWarmUp() {
    warmUp = true;
    notifyAll();
  }

  /** Whether to warm up now: it was asked for, and nobody has handed anything over since. */
  synchronized boolean takeWarmUp() {
    boolean now = warmUp && taken == 0 && !closed;
    warmUp = false;
    return now;
  }

  /** Takes what has arrived, if anything. */
  synchronized List<Sequence> drain() {
    List<Sequence> sequences = List.copyOf(arrived);
    arrived.clear();
    return sequences;
  }

  /** A sequence is over. */
  synchronized void leave() {
    taken--;
  }

  /** Sequences handed over that are not over. */
  synchronized int taken() {
    return taken;
  }

  /** Nothing is accepted from now on. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean closed() {
    return closed;
  }
}
