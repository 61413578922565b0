package io.maque.cli.models;

import io.maque.cli.console.Console;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.hub.transfer.Progress;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a pull on standard error: bars on a terminal, elsewhere one line per step. */
final class PullProgress implements Progress, AutoCloseable {
  private static final int UPDATE_MILLIS = 200;
  private static final int DEFAULT_COLUMNS = 80;
  private static final int MIN_COLUMNS = 40;
  private static final int MAX_COLUMNS = 120;

  private final PrintStream err;
  private final boolean bars;
  private final int columns;
  private String step = "";
  private ProgressBar bar;

  PullProgress(Console console) {
    this.err = console.err();
    this.bars = console.errIsTerminal();
    this.columns = columns(console);
  }

  private static int columns(Console console) {
    String columns = console.environment().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}")
        ? Math.clamp(Integer.parseInt(columns), MIN_COLUMNS, MAX_COLUMNS)
        : DEFAULT_COLUMNS;
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
        if (bars) {
          bar = newBar(doneBytes, totalBytes);
        } else {
          String size = totalBytes == UNKNOWN ? "" : " (" + Quantity.bytes(totalBytes) + ")";
          err.printf("downloading %s%s%n", file, size);
        }
      }
      case VERIFYING -> err.printf("verifying %s%n", file);
      case INSTALLED -> err.printf("stored %s%n", file);
    }
  }

  private ProgressBar newBar(long doneBytes, long totalBytes) {
    return new ProgressBarBuilder()
        .setTaskName("downloading")
        .setInitialMax(totalBytes)
        .startsFrom(doneBytes, Duration.ZERO)
        .setUnit(" MB", 1_000_000)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(err, columns))
        .showSpeed()
        .build();
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
