package io.maque.metrics;

/** Elapsed time since its start, from the JVM's monotonic clock. Immutable, free to share. */
public final class Stopwatch {
  private final long startNanos;

  private Stopwatch(long startNanos) {
    this.startNanos = startNanos;
  }

  /** A stopwatch that runs from now. */
  public static Stopwatch start() {
    return new Stopwatch(System.nanoTime());
  }

  /** Milliseconds since the start, fractions included. */
  public double elapsedMillis() {
    return (System.nanoTime() - startNanos) / 1e6;
  }

  /** Milliseconds from the start of {@code earlier} to the start of this one. */
  public double millisAfter(Stopwatch earlier) {
    return (startNanos - earlier.startNanos) / 1e6;
  }
}
