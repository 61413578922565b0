package io.maque.bench.profile;

import io.maque.metrics.Stopwatch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Time of threads in one pass by what they do. Any thread may add. */
final class Tally {
  private final Map<String, Sum> sums = new ConcurrentHashMap<>();
  private final DoubleAdder workedMillis = new DoubleAdder();
  private final DoubleAdder operationMillis = new DoubleAdder();
  private final LongAdder operations = new LongAdder();

  private static final class Sum {
    final DoubleAdder millis = new DoubleAdder();
    final LongAdder calls = new LongAdder();
    final LongAdder bytes = new LongAdder();
  }

  /**
   * What was done under one name in a pass, by all threads together.
   *
   * @param bytes of weights, or of keys and values, read
   */
  record Entry(double millis, long calls, long bytes) {}

  /**
   * One pass.
   *
   * @param millis from its begin to its end
   * @param entries by name
   * @param operations shared out among the threads
   * @param operationMillis from the begin to the end of each of them
   * @param workedMillis of all threads on them
   */
  record Pass(
      double millis,
      Map<String, Entry> entries,
      long operations,
      double operationMillis,
      double workedMillis) {}

  /** Does work and notes its time. */
  void time(String name, long bytes, Runnable work) {
    Stopwatch stopwatch = Stopwatch.start();
    work.run();
    Sum sum = sums.computeIfAbsent(name, unused -> new Sum());
    sum.millis.add(stopwatch.elapsedMillis());
    sum.calls.increment();
    sum.bytes.add(bytes);
  }

  /** A thread has worked on an operation. */
  void worked(double millis) {
    workedMillis.add(millis);
  }

  /** An operation has ended. */
  void operation(double millis) {
    operationMillis.add(millis);
    operations.increment();
  }

  /** Runs a pass and says what was noted meanwhile. */
  Pass pass(Runnable work) {
    sums.clear();
    workedMillis.reset();
    operationMillis.reset();
    operations.reset();
    Stopwatch stopwatch = Stopwatch.start();
    work.run();
    double millis = stopwatch.elapsedMillis();
    Map<String, Entry> entries =
        sums.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, sum -> entry(sum.getValue())));
    return new Pass(millis, entries, operations.sum(), operationMillis.sum(), workedMillis.sum());
  }

  private static Entry entry(Sum sum) {
    return new Entry(sum.millis.sum(), sum.calls.sum(), sum.bytes.sum());
  }
}
