package io.maque.bench.profile;

import io.maque.metrics.Stopwatch;
import java.io.PrintStream;
import java.util.List;

/**
 * Where the time of forward passes goes, by kernel and tensor.
 *
 * @param what was run
 * @param passes measured
 * @param threads that computed
 * @param millis of one pass
 * @param entries time of all threads over all passes
 */
public record Profile(String what, int passes, int threads, double millis, List<Entry> entries) {

  /**
   * What was done under one name.
   *
   * @param millis of all threads together
   * @param bytes of weights, or of keys and values, read
   */
  public record Entry(String name, double millis, long calls, long bytes) {}

  /** Runs passes and notes where their time goes. */
  static Profile of(String what, int passes, int threads, Tally tally, Runnable work) {
    tally.clear();
    Stopwatch stopwatch = Stopwatch.start();
    work.run();
    double millis = stopwatch.elapsedMillis();
    return new Profile(what, passes, threads, millis / passes, tally.entries());
  }

  /** Prints a Markdown table, times per pass and of all threads together. */
  public void print(PrintStream out) {
    double threadMillis = millis * threads;
    out.printf("%n%s: %.2f ms, %d threads%n%n", what, millis, threads);
    out.println("| what | ms of threads | share | calls | GB/s of a thread |");
    out.println("|---|--:|--:|--:|--:|");
    for (Entry entry : entries) {
      out.printf(
          "| %s | %.2f | %.1f %% | %.0f | %s |%n",
          entry.name(),
          entry.millis() / passes,
          100 * entry.millis() / passes / threadMillis,
          (double) entry.calls() / passes,
          entry.bytes() == 0 ? "" : "%.1f".formatted(entry.bytes() / entry.millis() / 1e6));
    }
    out.printf(
        "| waiting and all else | %.2f | %.1f %% | | |%n",
        otherMillis(), 100 * otherMillis() / threadMillis);
  }

  /** Milliseconds of thread time in a pass that no kernel took: waiting, copying, bookkeeping. */
  private double otherMillis() {
    double inKernels = entries.stream().mapToDouble(Entry::millis).sum() / passes;
    return millis * threads - inKernels;
  }
}
