package io.maque.cli.console;

import java.util.Locale;

/** Numbers as people read them, with decimal prefixes. */
public final class Quantity {
  private static final String PREFIXES = " kMGTPE";

  private Quantity() {}

  /** Such as {@code 98.1 MB}. */
  public static String bytes(long bytes) {
    return scaled(bytes) + "B";
  }

  /** Such as {@code 134.5 M}. */
  public static String count(long count) {
    return scaled(count).strip();
  }

  private static String scaled(long value) {
    if (value < 1000) {
      return value + " ";
    }
    double scaled = value;
    int prefix = 0;
    // 999.95 would be printed as 1000.0.
    while (scaled >= 999.95 && prefix < PREFIXES.length() - 1) {
      scaled /= 1000;
      prefix++;
    }
    return String.format(Locale.ROOT, "%.1f %s", scaled, PREFIXES.charAt(prefix));
  }
}
