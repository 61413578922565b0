package io.maque.cli.models;

import io.maque.cli.console.Console;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** How every progress bar over bytes looks, on the terminal that standard error is. */
final class ByteBar {
  private static final int UPDATE_MILLIS = 200;
  private static final int DEFAULT_COLUMNS = 80;
  private static final int MIN_COLUMNS = 40;
  private static final int MAX_COLUMNS = 120;

  private ByteBar() {}

  /** A bar that begins at {@code doneBytes} of {@code totalBytes}. */
  static ProgressBar open(Console console, String task, long doneBytes, long totalBytes) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(totalBytes)
        .startsFrom(doneBytes, Duration.ZERO)
        .setUnit(" MB", 1_000_000)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(console.err(), columns(console)))
        .showSpeed()
        .build();
  }

  private static int columns(Console console) {
    String columns = console.environment().getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}")
        ? Math.clamp(Integer.parseInt(columns), MIN_COLUMNS, MAX_COLUMNS)
        : DEFAULT_COLUMNS;
  }
}
