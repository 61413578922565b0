package io.maque.bench.profile;

import io.maque.bench.profile.Tally.Entry;
import io.maque.bench.profile.Tally.Pass;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;

/**
 * Where the time of forward passes goes, by kernel and tensor. Each figure is the median of its
 * passes, so that moments in which the machine does something else do not count.
 *
 * @param what was run
 * @param threads that computed
 * @param passes measured, at least one
 */
public record Profile(String what, int threads, List<Pass> passes) {

  private record Row(String name, double millis, double calls, double bytes) {}

  /**
   * Runs passes and notes where their time goes.
   *
   * @param work gets the number of the pass
   */
  static Profile of(String what, int passes, int threads, Tally tally, IntConsumer work) {
    List<Pass> all = new ArrayList<>();
    for (int i = 0; i < passes; i++) {
      int number = i;
      all.add(tally.pass(() -> work.accept(number)));
    }
    return new Profile(what, threads, all);
  }

  /** Prints a Markdown table, times per pass and of all threads together. */
  public void print(PrintStream out) {
    double millis = median(Pass::millis);
    double threadMillis = millis * threads;
    List<Row> rows = rows();
    out.printf("%n%s: %.2f ms, %d threads%n%n", what, millis, threads);
    out.println("| what | ms of threads | share | calls | GB/s of a thread |");
    out.println("|---|--:|--:|--:|--:|");
    for (Row row : rows) {
      out.printf(
          "| %s | %.2f | %.1f %% | %.0f | %s |%n",
          row.name(),
          row.millis(),
          100 * row.millis() / threadMillis,
          row.calls(),
          row.bytes() == 0 ? "" : "%.1f".formatted(row.bytes() / row.millis() / 1e6));
    }
    double worked = median(Pass::workedMillis);
    double operations = median(Pass::operationMillis);
    double kernels = rows.stream().mapToDouble(Row::millis).sum();
    print(out, "in operations, beside kernels", worked - kernels, threadMillis, Optional.empty());
    print(
        out,
        "waiting for other threads",
        operations * threads - worked,
        threadMillis,
        Optional.of(median(Pass::operations)));
    print(
        out, "between operations", (millis - operations) * threads, threadMillis, Optional.empty());
  }

  private static void print(
      PrintStream out, String what, double millis, double threadMillis, Optional<Double> calls) {
    String count = calls.map("%.0f"::formatted).orElse("");
    out.printf(
        "| %s | %.2f | %.1f %% | %s | |%n", what, millis, 100 * millis / threadMillis, count);
  }

  /** All names, the longest time first. */
  private List<Row> rows() {
    TreeSet<String> names = new TreeSet<>();
    passes.forEach(pass -> names.addAll(pass.entries().keySet()));
    return names.stream()
        .map(name ->
            new Row(
                name,
                median(name, Entry::millis),
                median(name, Entry::calls),
                median(name, Entry::bytes)))
        .sorted(Comparator.comparingDouble(Row::millis).reversed())
        .toList();
  }

  private double median(String name, ToDoubleFunction<Entry> value) {
    return median(pass -> {
      Map<String, Entry> entries = pass.entries();
      return entries.containsKey(name) ? value.applyAsDouble(entries.get(name)) : 0;
    });
  }

  private double median(ToDoubleFunction<Pass> value) {
    double[] sorted = passes.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
