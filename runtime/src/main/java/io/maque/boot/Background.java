package io.maque.boot;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Work on a thread of its own whose result is wanted soon. */
final class Background<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  /** Starts the work; it must not throw checked exceptions. */
  Background(String threadName, Callable<T> work) {
    this.task = new FutureTask<>(work);
    this.thread = Thread.ofPlatform().name(threadName).daemon().start(task);
  }

  /** Waits for the end of the work, well or not, even when interrupted. */
  void await() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the result; what the work threw is thrown here. */
  T result() {
    await();
    if (task.state() == Future.State.SUCCESS) {
      return task.resultNow();
    }
    switch (task.exceptionNow()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
