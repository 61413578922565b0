package io.maque.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * {@link Workers} on daemon threads that live as long as the pool.
 *
 * <p>A forward pass is some two hundred short operations with little between them, so a thread that
 * runs out of work first spins, for less than a millisecond, and then parks: hand-over costs well
 * under a microsecond while tokens flow, and an idle pool costs nothing. An operation is published
 * as one object; each thread claims ranges of its own share, whose data it fetches ahead in order,
 * and then helps with the others'. The caller waits for ranges, not for threads: one that the
 * operating system has not scheduled holds nobody up, and finds an exhausted operation when it
 * comes late.
 */
public final class WorkerPool implements Workers {
  /** Turns of spinning before parking: about 0.2 to 0.6 ms by the cost of a processor's pause. */
  private static final int SPINS = 20_000;

  private static final Operation CLOSED = new Operation(0, 1, 1, (begin, end, worker) -> {}, null);

  private final Worker[] workers;
  private volatile Operation current = new Operation(0, 1, 1, (begin, end, worker) -> {}, null);
  private boolean running;

  /**
   * Starts {@code threads - 1} threads.
   *
   * @param threads threads that work on an operation, the caller included; at least 1
   */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("worker threads: expected at least 1, found " + threads);
    }
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1, current);
    }
    for (Worker worker : workers) {
      worker.start();
    }
  }

  @Override
  public int threads() {
    return workers.length + 1;
  }

  @Override
  public void forEachRange(int total, int grain, RangeTask task) {
    if (total < 0 || grain < 1) {
      throw new IllegalArgumentException(
          "expected total >= 0 and grain >= 1, found %d and %d".formatted(total, grain));
    }
    if (running || current == CLOSED) {
      throw new IllegalStateException(
          running ? "an operation is running already" : "the worker pool is closed");
    }
    if (total == 0) {
      return;
    }
    running = true;
    try {
      if (workers.length == 0 || total <= grain) {
        task.run(0, total, 0);
      } else {
        share(new Operation(total, grain, threads(), task, Thread.currentThread()));
      }
    } finally {
      running = false;
    }
  }

  private void share(Operation operation) {
    publish(operation);
    operation.work(0);
    operation.awaitCompletion();
    operation.rethrowFailure();
  }

  /**
   * A worker sets {@code parked} and then looks at {@code current} once more; here {@code current}
   * is written and then {@code parked} read. Both are volatile, so one of the two sees the other.
   */
  private void publish(Operation operation) {
    current = operation;
    for (Worker worker : workers) {
      if (worker.parked) {
        LockSupport.unpark(worker);
      }
    }
  }

  /** Ends the threads and waits for them. Harmless when closed already. */
  @Override
  public void close() {
    publish(CLOSED);
    boolean interrupted = false;
    for (Worker worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private Operation last;
    private volatile boolean parked;

    Worker(int number, Operation last) {
      super("maque-worker-" + number);
      this.number = number;
      this.last = last;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (awaitOperation() != CLOSED) {
        last.work(number);
      }
    }

    /** The first operation that is not the one last seen: spins, then parks. */
    private Operation awaitOperation() {
      for (int spin = 0; current == last && spin < SPINS; spin++) {
        Thread.onSpinWait();
      }
      while (current == last) {
        parked = true;
        if (current == last) {
          LockSupport.park(WorkerPool.this);
        }
        parked = false;
        // nobody interrupts a worker for a reason of ours, and park returns at once while it is set
        Thread.interrupted();
      }
      last = current;
      return last;
    }
  }

  /** One call of {@link #forEachRange}. */
  private static final class Operation {
    /** Claims lie so far apart that threads do not write to one cache line. */
    private static final int CLAIM_STRIDE = 16;

    private final int total;
    private final int grain;
    private final int threads;
    private final RangeTask task;
    private final Thread caller;

    /** For each thread's share, up to where it is claimed. */
    private final AtomicIntegerArray claimed;

    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean callerParked;

    Operation(int total, int grain, int threads, RangeTask task, Thread caller) {
      this.total = total;
      this.grain = grain;
      this.threads = threads;
      this.task = task;
      this.caller = caller;
      this.claimed = new AtomicIntegerArray(threads * CLAIM_STRIDE);
      for (int share = 0; share < threads; share++) {
        claimed.set(share * CLAIM_STRIDE, shareBegin(share));
      }
    }

    /** Where the share of a thread begins: shares are even, in whole grains. */
    private int shareBegin(int share) {
      long grains = Math.ceilDiv(total, grain);
      return (int) Math.min(total, grains * share / threads * grain);
    }

    /** Runs the ranges of the thread's own share, then what is left of the others'. */
    void work(int worker) {
      for (int i = 0; i < threads; i++) {
        workOn((worker + i) % threads, worker);
      }
    }

    private void workOn(int share, int worker) {
      int shareEnd = shareBegin(share + 1);
      int index = share * CLAIM_STRIDE;
      for (int begin = claimed.get(index); begin < shareEnd; begin = claimed.get(index)) {
        int end = rangeEnd(begin, shareEnd);
        if (!claimed.compareAndSet(index, begin, end)) {
          continue;
        }
        try {
          task.run(begin, end, worker);
        } catch (RuntimeException | Error e) {
          fail(e);
        }
        finish(end - begin);
      }
    }

    /**
     * A quarter of what is left of a share, in whole grains: few claims, and small ones at the end,
     * so that a thread the machine slows down is helped and waited for briefly.
     */
    private int rangeEnd(int begin, int shareEnd) {
      int left = shareEnd - begin;
      return begin + Math.min(left, Math.max(1, left / 4 / grain) * grain);
    }

    /** Notes the first failure and leaves the unclaimed rest undone. */
    private void fail(Throwable e) {
      if (!failure.compareAndSet(null, e) && failure.get() != e) {
        failure.get().addSuppressed(e);
      }
      for (int share = 0; share < threads; share++) {
        int shareEnd = shareBegin(share + 1);
        finish(shareEnd - claimed.getAndSet(share * CLAIM_STRIDE, shareEnd));
      }
    }

    private void finish(int count) {
      if (finished.addAndGet(count) == total && callerParked) {
        LockSupport.unpark(caller);
      }
    }

    void awaitCompletion() {
      for (int spin = 0; finished.get() < total && spin < SPINS; spin++) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (finished.get() < total) {
        callerParked = true;
        if (finished.get() < total) {
          LockSupport.park(this);
        }
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    void rethrowFailure() {
      Throwable noted = failure.get();
      if (noted instanceof RuntimeException e) {
        throw e;
      }
      if (noted instanceof Error e) {
        throw e;
      }
    }
  }
}
