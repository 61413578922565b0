package io.maque.bench.limits;

import java.io.PrintStream;
import java.util.Locale;
import java.util.stream.Collectors;

/** Limits as people and as programs read them. */
public final class LimitsTable {
  private LimitsTable() {}

  /** Prints a Markdown table. */
  public static void print(Limits limits, PrintStream out) {
    limits.refusal().ifPresent(reason -> out.println("Nothing measured: " + reason));
    out.printf("| limit | 1 thread | %d threads |%n|---|--:|--:|%n", limits.threads());
    for (Limit limit : limits.all()) {
      out.printf(
          "| %s, %s | %.1f | %.1f |%n",
          limit.name(), limit.kind().unit(), limit.oneThread(), limit.allThreads());
    }
  }

  /** Prints one JSON document. */
  public static void printJson(Limits limits, PrintStream out) {
    String all =
        limits.all().stream().map(LimitsTable::json).collect(Collectors.joining(",\n    "));
    out.printf("{%n  \"threads\": %d,%n  \"limits\": [%n    %s]%n}%n", limits.threads(), all);
  }

  private static String json(Limit limit) {
    return String.format(
        Locale.ROOT,
        "{\"name\": \"%s\", \"kind\": \"%s\", \"unit\": \"%s\", \"oneThread\": %.2f,"
            + " \"allThreads\": %.2f}",
        limit.name(),
        limit.kind(),
        limit.kind().unit(),
        limit.oneThread(),
        limit.allThreads());
  }
}
