package io.maque.bench.profile;

import io.maque.boot.Architectures;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.gguf.GgufFile;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.metrics.Stopwatch;
import io.maque.model.ModelRun;
import io.maque.model.TextModel;
import io.maque.tensor.TensorType;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the time of decode steps goes, by kernel and tensor. The model runs as the engine runs it
 * but without sampling; the stopwatches themselves cost a few per cent.
 *
 * @param steps decode steps measured
 * @param threads that computed
 * @param millis of one step
 * @param entries time of all threads over all steps
 */
public record DecodeProfile(int steps, int threads, double millis, List<Entry> entries) {
  private static final int BLOCK_TOKENS = 32;

  /**
   * What was done under one name.
   *
   * @param millis of all threads together
   * @param bytes of weights, or of keys and values, read
   */
  public record Entry(String name, double millis, long calls, long bytes) {}

  /** Which tokens makes no difference, as long as every vocabulary has them. */
  private static final int TOKEN = 1000;

  /** Steps that are not counted: the JVM compiles, the file comes into memory. */
  private static final int WARM_UP_STEPS = 32;

  /**
   * Decodes after a prompt.
   *
   * @param context positions before the first measured step, at least 1
   */
  public static DecodeProfile measure(Path model, int context, int steps) {
    Tally tally = new Tally();
    int threads = Machine.current().processors();
    try (GgufFile file = GgufFile.open(model)) {
      Kernels kernels =
          Kernels.choose(
              List.of(
                  new TimedProvider(
                      KernelLadder.choose(Optional.empty()), new WeightNames(file), tally)),
              Machine.current());
      int positions = context + WARM_UP_STEPS + steps;
      TextModel text = Architectures.load(file, kernels, positions);
      try (ModelRun run =
          new ModelRun(text, TensorType.F16, BLOCK_TOKENS, positions, BLOCK_TOKENS, threads)) {
        BlockTable table = run.newSequence();
        for (int begin = 0; begin < context; begin += BLOCK_TOKENS) {
          int end = Math.min(begin + BLOCK_TOKENS, context);
          run.forward(table, begin, IntStream.range(begin, end).map(i -> TOKEN + i).toArray());
        }
        decode(run, table, context, WARM_UP_STEPS);
        tally.clear();
        Stopwatch stopwatch = Stopwatch.start();
        decode(run, table, context + WARM_UP_STEPS, steps);
        return new DecodeProfile(
            steps, threads, stopwatch.elapsedMillis() / steps, tally.entries());
      }
    }
  }

  private static void decode(ModelRun run, BlockTable table, int begin, int steps) {
    for (int step = 0; step < steps; step++) {
      run.forward(table, begin + step, TOKEN + step);
    }
  }

  /** Prints a Markdown table, times per step and of all threads together. */
  public void print(PrintStream out) {
    double threadMillis = millis * threads;
    out.printf("%.2f ms a step, %d threads%n%n", millis, threads);
    out.println("| what | ms of threads | share | calls | GB/s of a thread |");
    out.println("|---|--:|--:|--:|--:|");
    for (Entry entry : entries) {
      out.printf(
          "| %s | %.2f | %.1f %% | %.0f | %s |%n",
          entry.name(),
          entry.millis() / steps,
          100 * entry.millis() / steps / threadMillis,
          (double) entry.calls() / steps,
          entry.bytes() == 0 ? "" : "%.1f".formatted(entry.bytes() / entry.millis() / 1e6));
    }
    out.printf(
        "| waiting and all else | %.2f | %.1f %% | | |%n",
        otherMillis(), 100 * otherMillis() / threadMillis);
  }

  /** Milliseconds of thread time in a step that no kernel took: waiting, copying, bookkeeping. */
  private double otherMillis() {
    double inKernels = entries.stream().mapToDouble(Entry::millis).sum() / steps;
    return millis * threads - inKernels;
  }
}
