package io.maque.bench.profile;

import io.maque.kernel.Workers;
import io.maque.metrics.Stopwatch;

/**
 * Passes operations on to other workers and notes how long each took, and how long threads worked
 * on it: the rest they waited for each other.
 */
record TimedWorkers(Workers workers, Tally tally) implements Workers {

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public void forEachRange(int total, int grain, RangeTask task) {
    Stopwatch operation = Stopwatch.start();
    workers.forEachRange(
        total,
        grain,
        (begin, end, worker) -> {
          Stopwatch range = Stopwatch.start();
          task.run(begin, end, worker);
          tally.worked(range.elapsedMillis());
        });
    tally.operation(operation.elapsedMillis());
  }

  @Override
  public void close() {
    workers.close();
  }
}
