package io.maque.metrics;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/** The hour as people read it, for texts that show it; never for measuring. */
public final class WallClock {

  private WallClock() {}

  /** The clock of this machine in its time zone. */
  public static Clock local() {
    return new Local();
  }

  /**
   * Looks the zone up when first asked for it: for rules of zones the JVM searches all jars, 25 ms
   * of a cold start.
   */
  private static final class Local extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneId.systemDefault();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.system(zone);
    }

    @Override
    public long millis() {
      return System.currentTimeMillis();
    }

    @Override
    public Instant instant() {
      return Instant.now();
    }
  }
}
