package io.maque.server.router;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Memory of this machine, and how much of it people understand. */
public final class MemorySize {
  private static final double SHARE = 0.7;

  private MemorySize() {}

  /** 1.5 GiB, 300 MiB, 0.1 MiB. */
  static String text(long bytes) {
    double mebibytes = bytes / (double) (1 << 20);
    return mebibytes >= 1024
        ? String.format(Locale.ROOT, "%.1f GiB", mebibytes / 1024)
        : String.format(Locale.ROOT, mebibytes >= 10 ? "%.0f MiB" : "%.1f MiB", mebibytes);
  }

  /**
   * The share of this machine's memory that models may have when nobody says otherwise; the rest is
   * for the heap, the JVM itself and everybody else. The JDK knows the limits of containers, those
   * of control groups of either version included.
   */
  public static long defaultBudgetBytes() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return (long) (system.getTotalMemorySize() * SHARE);
  }
}
