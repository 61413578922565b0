package io.maque.cli.models;

import io.maque.cli.console.Console;
import me.tongfei.progressbar.ProgressBar;

/** Shows how far the making of a file is: a bar on a terminal, elsewhere nothing. */
public final class WorkBar implements AutoCloseable {
  private final Console console;
  private final String task;
  private ProgressBar bar;

  /**
   * @param task what is done, such as {@code quantising}
   */
  public WorkBar(Console console, String task) {
    this.console = console;
    this.task = task;
  }

  /** Shows that {@code doneBytes} of {@code totalBytes} are done. */
  public void update(long doneBytes, long totalBytes) {
    if (bar == null && console.errIsTerminal()) {
      bar = ByteBar.open(console, task, doneBytes, totalBytes);
    }
    if (bar != null) {
      bar.stepTo(doneBytes);
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
