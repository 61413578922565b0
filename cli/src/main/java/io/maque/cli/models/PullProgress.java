package io.maque.cli.models;

import io.maque.cli.console.Console;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.hub.transfer.Progress;
import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBar;

/** Shows a pull on standard error: bars on a terminal, elsewhere one line per step. */
final class PullProgress implements Progress, AutoCloseable {
  private final Console console;
  private final PrintStream err;
  private String step = "";
  private ProgressBar bar;

  PullProgress(Console console) {
    this.console = console;
    this.err = console.err();
  }

  @Override
  public void update(Phase phase, String file, long doneBytes, long totalBytes) {
    String name = PlainText.singleLine(file);
    String now = phase + " " + name;
    if (!now.equals(step)) {
      step = now;
      endBar();
      begin(phase, name, doneBytes, totalBytes);
    }
    if (bar != null) {
      bar.stepTo(doneBytes);
    }
  }

  private void begin(Phase phase, String file, long doneBytes, long totalBytes) {
    switch (phase) {
      case WAITING -> err.printf("waiting for another pull of %s%n", file);
      case RESOLVING -> err.printf("asking %s%n", file);
      case DOWNLOADING -> {
        if (console.errIsTerminal()) {
          bar = TerminalBar.ofBytes(console, "downloading", doneBytes, totalBytes);
        } else {
          String size = totalBytes == UNKNOWN ? "" : " (" + Quantity.bytes(totalBytes) + ")";
          err.printf("downloading %s%s%n", file, size);
        }
      }
      case VERIFYING -> err.printf("verifying %s%n", file);
      case INSTALLED -> err.printf("stored %s%n", file);
    }
  }

  private void endBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** Leaves the terminal on a line of its own, also when the pull failed. */
  @Override
  public void close() {
    endBar();
  }
}
