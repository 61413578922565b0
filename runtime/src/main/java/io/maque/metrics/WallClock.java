package io.maque.metrics;

import java.time.Clock;

/** The hour as people read it, for texts that show it; never for measuring. */
public final class WallClock {

  private WallClock() {}

  /** The clock of this machine in its time zone. */
  public static Clock local() {
    return Clock.systemDefaultZone();
  }
}
