package io.maque.cli.models;

import io.maque.cli.console.Console;
import io.maque.hub.quantize.QuantizeProgress;
import me.tongfei.progressbar.ProgressBar;

/** Shows how far a quantisation is: a bar on a terminal, elsewhere nothing. */
public final class QuantizeBar implements QuantizeProgress, AutoCloseable {
  private final Console console;
  private ProgressBar bar;

  public QuantizeBar(Console console) {
    this.console = console;
  }

  @Override
  public void update(long doneBytes, long totalBytes) {
    if (bar == null && console.errIsTerminal()) {
      bar = ByteBar.open(console, "quantising", doneBytes, totalBytes);
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
