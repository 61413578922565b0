package io.maque.metrics;

import java.time.Duration;

/** A moment to come on the JVM's monotonic clock. Immutable, free to share. */
public final class Deadline {
  private final long startNanos = System.nanoTime();
  private final long afterNanos;

  private Deadline(long afterNanos) {
    this.afterNanos = afterNanos;
  }

  /** The moment that comes this long after now. */
  public static Deadline after(Duration duration) {
    boolean countable = duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
    return new Deadline(countable ? duration.toNanos() : Long.MAX_VALUE);
  }

  /** Whether the moment is over. */
  public boolean passed() {
    return System.nanoTime() - startNanos >= afterNanos;
  }
}
