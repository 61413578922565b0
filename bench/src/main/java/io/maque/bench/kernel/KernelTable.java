package io.maque.bench.kernel;

import io.maque.bench.limits.Limit.Kind;
import io.maque.bench.limits.Limits;
import io.maque.bench.text.OpenBenchmark;
import io.maque.bench.text.TokenizerBenchmark;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs benchmarks and prints their rates beside the limits of the machine. */
public final class KernelTable {
  private static final int WARM_UP_ITERATIONS = 2;
  private static final int ITERATIONS = 8;

  private final Limits limits;
  private final Path log;
  private final long iterationMillis;
  private final List<RunResult> results = new ArrayList<>();

  /**
   * @param limits what rates are compared with
   * @param log receives what JMH itself prints
   * @param iterationMillis time of one iteration; a benchmark has ten
   */
  public KernelTable(Limits limits, Path log, long iterationMillis) {
    this.limits = limits;
    this.log = log;
    this.iterationMillis = iterationMillis;
  }

  /** Runs a selection of the kernel benchmarks, each in a process of its own. */
  public void runKernels(Selection selection) throws RunnerException {
    for (Selection.Run run : selection.runs()) {
      ChainedOptionsBuilder options = options(run.benchmark());
      run.parameters().forEach((name, values) -> options.param(name, values));
      results.addAll(new Runner(options.build()).run());
    }
  }

  /** Runs the benchmarks of tokenizers, templates and opening. */
  public void runTexts() throws RunnerException {
    results.addAll(new Runner(options(TokenizerBenchmark.class).build()).run());
    results.addAll(new Runner(options(OpenBenchmark.class).build()).run());
  }

  private ChainedOptionsBuilder options(Class<?> benchmark) {
    return new OptionsBuilder()
        .include(benchmark.getName().replace(".", "\\.") + "\\.")
        .shouldFailOnError(true)
        .output(log + "." + results.size())
        .forks(1)
        .warmupIterations(WARM_UP_ITERATIONS)
        .warmupTime(TimeValue.milliseconds(iterationMillis))
        .measurementIterations(ITERATIONS)
        .measurementTime(TimeValue.milliseconds(iterationMillis));
  }

  /** Prints a Markdown table of the kernels run so far, then a line for each other benchmark. */
  public void print(PrintStream out) {
    out.println("| kernel | GB/s | of read limit | GMAC/s | of peak |");
    out.println("|---|--:|--:|--:|--:|");
    for (RunResult result : results) {
      if (result.getSecondaryResults().containsKey("bytes")) {
        out.println(row(result));
      }
    }
    for (RunResult result : results) {
      if (!result.getSecondaryResults().containsKey("bytes")) {
        out.println(line(result));
      }
    }
  }

  private String row(RunResult result) {
    double gigabytes = best(result.getSecondaryResults().get("bytes"));
    double gigamacs = best(result.getSecondaryResults().get("macs"));
    String threads = result.getParams().getParam("threads");
    boolean oneThread = threads == null || threads.equals("1");
    String format = result.getParams().getParam("format");
    return "| %s | %.1f | %s | %s | %s |"
        .formatted(
            name(result),
            gigabytes,
            percent(gigabytes, limits.best(Kind.READ, oneThread)),
            gigamacs == 0 ? "" : "%.1f".formatted(gigamacs),
            gigamacs == 0 ? "" : percent(gigamacs, limits.best(peak(format), oneThread)));
  }

  /** The best iteration, because the limits are those of the best pass. */
  private static double best(Result<?> rate) {
    return rate.getStatistics().getMax();
  }

  /** Quantised weights are multiplied as integers, others as floats. */
  private static Kind peak(String format) {
    return format.endsWith("32") || format.endsWith("16") ? Kind.F32 : Kind.INT8;
  }

  private static String percent(double value, OptionalDouble limit) {
    return limit.isEmpty() ? "" : "%.0f %%".formatted(100 * value / limit.getAsDouble());
  }

  private static String line(RunResult result) {
    Collection<? extends Result<?>> secondary =
        result.getSecondaryResults().values().stream().map(r -> (Result<?>) r).toList();
    Result<?> shown = secondary.isEmpty() ? result.getPrimaryResult() : secondary.iterator().next();
    String unit = secondary.isEmpty() ? shown.getScoreUnit() : "MB/s";
    return "%n%s: %.1f %s".formatted(name(result), shown.getScore(), unit);
  }

  private static String name(RunResult result) {
    return result.getPrimaryResult().getLabel()
        + result.getParams().getParamsKeys().stream()
            .map(key -> " " + parameter(key, result.getParams().getParam(key)))
            .collect(Collectors.joining());
  }

  private static String parameter(String key, String value) {
    return switch (key) {
      case "threads" -> value.equals("0") ? "all threads" : value + " thread";
      case "tokens" -> value + " tokens";
      case "context" -> value + " positions";
      case "groupSize" -> "group " + value;
      case "headLength" -> "head " + value;
      default -> value;
    };
  }
}
