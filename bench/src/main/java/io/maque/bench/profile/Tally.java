package io.maque.bench.profile;

import io.maque.bench.profile.Profile.Entry;
import io.maque.metrics.Stopwatch;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Time of threads by what they do. Any thread may add. */
final class Tally {
  private final Map<String, Sum> sums = new ConcurrentHashMap<>();

  private static final class Sum {
    final DoubleAdder millis = new DoubleAdder();
    final LongAdder calls = new LongAdder();
    final LongAdder bytes = new LongAdder();
  }

  /** Does work and notes its time. */
  void time(String name, long bytes, Runnable work) {
    Stopwatch stopwatch = Stopwatch.start();
    work.run();
    Sum sum = sums.computeIfAbsent(name, unused -> new Sum());
    sum.millis.add(stopwatch.elapsedMillis());
    sum.calls.increment();
    sum.bytes.add(bytes);
  }

  /** Forgets all. */
  void clear() {
    sums.clear();
  }

  /** All names, the longest time first. */
  List<Entry> entries() {
    return sums.entrySet().stream()
        .map(sum -> entry(sum.getKey(), sum.getValue()))
        .sorted(Comparator.comparingDouble(Entry::millis).reversed())
        .toList();
  }

  private static Entry entry(String name, Sum sum) {
    return new Entry(name, sum.millis.sum(), sum.calls.sum(), sum.bytes.sum());
  }
}
