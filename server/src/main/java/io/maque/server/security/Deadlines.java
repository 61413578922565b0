package io.maque.server.security;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends blocking input and output that takes too long. A virtual thread that is interrupted in a
 * read or write of a socket gets an exception and the socket is closed, which is all that a client
 * who does nothing is due.
 */
public final class Deadlines implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  /** Starts the thread that watches. */
  public Deadlines() {
    timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("maque-deadlines").factory());
    timer.setRemoveOnCancelPolicy(true);
  }

  /** A deadline that is running; closing it in time means the work was done in time. */
  public static final class Deadline implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread worker;
    private volatile Future<?> expiry;

    private Deadline(Thread worker) {
      this.worker = worker;
    }

    private void expire() {
      if (over.compareAndSet(false, true)) {
        worker.interrupt();
      }
    }

    @Override
    public void close() {
      over.set(true);
      expiry.cancel(false);
    }
  }

  /** Interrupts this thread unless the deadline is closed in time. */
  public Deadline start(Duration time) {
    Deadline deadline = new Deadline(Thread.currentThread());
    deadline.expiry = timer.schedule(deadline::expire, time.toMillis(), TimeUnit.MILLISECONDS);
    return deadline;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
