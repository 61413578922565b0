package io.maque.cli.models;

import io.maque.cli.console.Console;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How every progress bar looks, on the terminal that standard error is. */
final class TerminalBar {
  private static final int UPDATE_MILLIS = 200;
  private static final int DEFAULT_COLUMNS = 80;
  private static final int MIN_COLUMNS = 40;
  private static final int MAX_COLUMNS = 120;

  private TerminalBar() {}

  /** A bar that begins at {@code doneBytes} of {@code totalBytes}. */
  static ProgressBar ofBytes(Console console, String task, long doneBytes, long totalBytes) {
    return start(console, task, totalBytes)
        .startsFrom(doneBytes, Duration.ZERO)
        .setUnit(" MB", 1_000_000)
        .build();
  }

  /** A bar that begins at {@code done} of {@code total} things. */
  static ProgressBar ofCount(Console console, String task, long done, long total) {
    return start(console, task, total).startsFrom(done, Duration.ZERO).build();
  }

  private static ProgressBarBuilder start(Console console, String task, long total) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(console.err(), columns(console)))
        .showSpeed();
  }

  private static int columns(Console console) {
    String columns = console.environment().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}")
        ? Math.clamp(Integer.parseInt(columns), MIN_COLUMNS, MAX_COLUMNS)
        : DEFAULT_COLUMNS;
  }
}
