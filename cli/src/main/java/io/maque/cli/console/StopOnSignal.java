package io.maque.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While open, Ctrl-C (or another request to end the process) cancels the work in hand and waits a
 * moment for {@link #close()}, so that the output ends in order. The JVM then exits with {@link
 * ExitCode#INTERRUPTED} by itself.
 */
public final class StopOnSignal implements AutoCloseable {
  private static final long MAX_WAIT_MILLIS = 2000;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean stopping;

  /** Listens from now on. */
  public StopOnSignal(Runnable cancel) {
    hook =
        new Thread(
            () -> {
              stopping = true;
              cancel.run();
              awaitClose();
            },
            "maque-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void awaitClose() {
    try {
      // Past the limit the process ends anyway: that is what the signal asked for.
      boolean inTime = closed.await(MAX_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      assert inTime || stopping;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was told to end. */
  public boolean stopping() {
    return stopping;
  }

  @Override
  public void close() {
    closed.countDown();
    if (!stopping) {
      removeHook();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process began to end between the check and here; the hook runs and finds us closed.
      stopping = true;
    }
  }
}
