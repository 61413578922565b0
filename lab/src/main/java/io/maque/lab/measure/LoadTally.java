package io.maque.lab.measure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums up results as they come. Safe for use by many threads. */
final class LoadTally {
  private final Arrivals arrivals;
  private final Latency.Recorder ttft = new Latency.Recorder();
  private final Latency.Recorder itl = new Latency.Recorder();
  private final Latency.Recorder total = new Latency.Recorder();
  private final TreeMap<String, LoadReport.Count> errors = new TreeMap<>();
  private final TreeMap<String, LoadReport.Count> violations = new TreeMap<>();
  private final List<Double> decodeRates = new ArrayList<>();
  private final Map<Integer, Progress> clients = new HashMap<>();
  private int completed;
  private int aborted;
  private long promptTokens;
  private long cachedTokens;
  private long completionTokens;
  private long pieces;
  private boolean countedByServer = true;

  /** What one client has got so far. */
  private record Progress(long tokens, double millis) {
    static Progress sum(Progress a, Progress b) {
      return new Progress(a.tokens + b.tokens, a.millis + b.millis);
    }

    double tokensPerSecond() {
      return millis > 0 ? tokens * 1000 / millis : 0;
    }
  }

  LoadTally(Arrivals arrivals) {
    this.arrivals = arrivals;
  }

  /** Adds the result of a request of this client. */
  synchronized void add(int client, StreamResult result) {
    switch (result.outcome()) {
      case COMPLETED -> addCompleted(client, result);
      case ABORTED -> aborted++;
      case FAILED -> {
        Failure failure = result.failure().orElseThrow();
        count(errors, failure.kind(), failure.message());
      }
    }
    result.violations().forEach(rule -> count(violations, rule, rule));
  }

  private void addCompleted(int client, StreamResult result) {
    completed++;
    promptTokens += result.promptTokens().orElse(0);
    cachedTokens += result.cachedTokens().orElse(0);
    completionTokens += result.tokens();
    pieces += result.pieces();
    countedByServer &= result.completionTokens().isPresent();
    ttft.add(result.ttftMillis());
    result.gapsMillis().forEach(itl::add);
    total.add(result.totalMillis());
    if (result.decodeTokensPerSecond() > 0) {
      decodeRates.add(result.decodeTokensPerSecond());
    }
    clients.merge(client, new Progress(result.tokens(), result.totalMillis()), Progress::sum);
  }

  private static void count(Map<String, LoadReport.Count> counts, String key, String example) {
    counts.merge(key, new LoadReport.Count(1, example), (old, one) -> old.plusOne());
  }

  /** All results so far, which took so long together. */
  synchronized LoadReport report(double seconds) {
    return new LoadReport(
        arrivals,
        completed,
        aborted,
        errors,
        violations,
        seconds,
        promptTokens,
        cachedTokens,
        completionTokens,
        countedByServer && completed > 0,
        pieces,
        ttft.summary(),
        itl.summary(),
        total.summary(),
        Spread.of(decodeRates),
        Spread.of(clients.values().stream().map(Progress::tokensPerSecond).toList()));
  }
}
