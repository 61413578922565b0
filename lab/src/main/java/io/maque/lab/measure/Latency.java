package io.maque.lab.measure;

import org.HdrHistogram.Histogram;

/**
 * How long something took, over many times: values in milliseconds, right to a thousandth.
 *
 * @param count how many times
 */
public record Latency(long count, double mean, double p50, double p95, double p99, double max) {
  private static final double PER_MILLI = 1000;
  private static final long MAX_MICROS = 24L * 3600 * 1_000_000;

  /** Collects what a {@link Latency} sums up. */
  static final class Recorder {
    private final Histogram micros = new Histogram(MAX_MICROS, 3);

    void add(double millis) {
      micros.recordValue(Math.clamp(Math.round(millis * PER_MILLI), 0, MAX_MICROS));
    }

    Latency summary() {
      return new Latency(
          micros.getTotalCount(),
          micros.getMean() / PER_MILLI,
          percentile(50),
          percentile(95),
          percentile(99),
          micros.getMaxValue() / PER_MILLI);
    }

    private double percentile(double percent) {
      return micros.getValueAtPercentile(percent) / PER_MILLI;
    }
  }
}
