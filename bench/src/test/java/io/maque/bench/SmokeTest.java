package io.maque.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.bench.kernel.AttentionBenchmark;
import io.maque.bench.kernel.MatMulBenchmark;
import io.maque.bench.kernel.RowBenchmark;
import io.maque.bench.kernel.Selection;
import io.maque.bench.limits.Limit;
import io.maque.bench.limits.Limits;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks run and count their work; what they measure here means nothing. */
class SmokeTest {

  @Test
  void kernelBenchmarksRunAndCount() throws RunnerException {
    assertThat(run(options(RowBenchmark.class).param("columns", "896"))).hasSize(6);
    assertThat(
            run(
                options(MatMulBenchmark.class)
                    .param("shape", "896x896")
                    .param("tokens", "1")
                    .param("threads", "0")))
        .hasSize(1);
    assertThat(
            run(
                options(AttentionBenchmark.class)
                    .param("format", "F16")
                    .param("groupSize", "4")
                    .param("headLength", "64")
                    .param("context", "128")
                    .param("tokens", "1", "8")))
        .hasSize(2);
  }

  private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
    Collection<RunResult> results = new Runner(options.build()).run();
    assertThat(results)
        .allSatisfy(result ->
            assertThat(result.getSecondaryResults().get("bytes").getScore()).isPositive());
    return results;
  }

  private static ChainedOptionsBuilder options(Class<?> benchmark) {
    return new OptionsBuilder()
        .include(benchmark.getName().replace(".", "\\.") + "\\.")
        .forks(0)
        .warmupIterations(0)
        .measurementIterations(1)
        .measurementTime(TimeValue.milliseconds(20))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }

  @Test
  void allThreadsTogetherHaveLimitsToo() {
    Limits limits = Limits.measure(2, 10);

    assertThat(limits.refusal().isPresent()).isEqualTo(limits.all().isEmpty());
    assertThat(limits.all())
        .allSatisfy(limit -> {
          assertThat(limit.oneThread()).isPositive();
          assertThat(limit.allThreads()).isPositive();
        });
    for (Limit.Kind kind : Limit.Kind.values()) {
      assertThat(limits.best(kind, true).isPresent())
          .isEqualTo(limits.all().stream().anyMatch(limit -> limit.kind() == kind));
    }
  }

  @Test
  void aSelectionIsNarrowedByParameters() {
    Selection selection =
        Selection.full().only("rung", List.of("scalar")).only("format", List.of("Q8_0"));

    assertThat(selection.runs()).isNotEmpty();
    assertThat(selection.runs())
        .filteredOn(run -> run.benchmark() == MatMulBenchmark.class)
        .singleElement()
        .satisfies(run -> assertThat(run.parameters().get("tokens")).containsExactly("1", "8"));
  }
}
