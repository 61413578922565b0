package io.maque.cli.models;

import io.maque.cli.console.Console;
import me.tongfei.progressbar.ProgressBar;

/** Shows how far some work is: a bar on a terminal, elsewhere nothing. */
public final class WorkBar implements AutoCloseable {
  private final Console console;
  private final String task;
  private final Look look;
  private ProgressBar bar;

  private WorkBar(Console console, String task, Look look) {
    this.console = console;
    this.task = task;
    this.look = look;
  }

  @FunctionalInterface
  private interface Look {
    ProgressBar open(Console console, String task, long done, long total);
  }

  /**
   * A bar over bytes.
   *
   * @param task what is done, such as {@code quantising}
   */
  public static WorkBar ofBytes(Console console, String task) {
    return new WorkBar(console, task, TerminalBar::ofBytes);
  }

  /**
   * A bar over things that are counted.
   *
   * @param task what is done, such as {@code asking}
   */
  public static WorkBar ofCount(Console console, String task) {
    return new WorkBar(console, task, TerminalBar::ofCount);
  }

  /** Shows that {@code done} of {@code total} is done. */
  public void update(long done, long total) {
    if (bar == null && console.errIsTerminal()) {
      bar = look.open(console, task, done, total);
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** Leaves the terminal on a line of its own, also after a failure. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
