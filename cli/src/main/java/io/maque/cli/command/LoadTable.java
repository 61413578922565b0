package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.PlainText;
import io.maque.lab.measure.Arrivals;
import io.maque.lab.measure.Endpoint;
import io.maque.lab.measure.Latency;
import io.maque.lab.measure.LoadReport;
import io.maque.lab.measure.Spread;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** The figures of {@code load}, for people and for programs. */
final class LoadTable {
  private static final String LINE = "%-10s %8s %6s %6s %9s  %-17s  %-20s  %-20s  %5s%n";

  private LoadTable() {}

  static void print(PrintStream out, LoadReport report, boolean first) {
    if (first) {
      out.printf(LINE, "", "", "", "", "tokens/s", "per answer", "TTFT, ms", "ITL, ms", "fair-");
      out.printf(
          LINE,
          "load",
          "answers",
          "errors",
          "left",
          "in total",
          "min/median/max",
          "p50/p95/p99",
          "p50/p95/p99",
          "ness");
    }
    out.printf(
        LINE,
        name(report.arrivals()),
        report.completed(),
        report.failed(),
        report.aborted(),
        rounded(report.tokensPerSecond()),
        triple(
            report.decodeTokensPerSecond().min(),
            report.decodeTokensPerSecond().median(),
            report.decodeTokensPerSecond().max()),
        triple(report.ttft().p50(), report.ttft().p95(), report.ttft().p99()),
        triple(report.itl().p50(), report.itl().p95(), report.itl().p99()),
        String.format(Locale.ROOT, "%.2f", report.clientTokensPerSecond().minToMax()));
    printCounts(out, "error", report.errors());
    printCounts(out, "rule not kept", report.violations());
    if (!report.countedByServer()) {
      out.println("  the server does not count tokens; pieces of text were counted instead");
    }
  }

  private static void printCounts(
      PrintStream out, String title, SortedMap<String, LoadReport.Count> counts) {
    counts.forEach((kind, count) ->
        out.printf(
            "  %s: %d times %s%s%n",
            title,
            count.count(),
            kind,
            count.example().equals(kind) ? "" : ", " + PlainText.singleLine(count.example())));
  }

  private static String name(Arrivals arrivals) {
    return switch (arrivals) {
      case Arrivals.Clients(int count) -> count + (count == 1 ? " client" : " clients");
      case Arrivals.Poisson(double perSecond, int _) -> rounded(perSecond) + "/s";
    };
  }

  private static String triple(double a, double b, double c) {
    return rounded(a) + "/" + rounded(b) + "/" + rounded(c);
  }

  /** Three digits say enough. */
  private static String rounded(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static void write(
      JsonGenerator json, Endpoint endpoint, int maxTokens, long seed, List<LoadReport> reports)
      throws IOException {
    json.writeStringField("url", endpoint.base().toString());
    json.writeStringField("api", endpoint.api().name().toLowerCase(Locale.ROOT));
    json.writeStringField("model", endpoint.model());
    json.writeNumberField("maxTokens", maxTokens);
    json.writeNumberField("seed", seed);
    json.writeArrayFieldStart("runs");
    for (LoadReport report : reports) {
      json.writeStartObject();
      write(json, report);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, LoadReport report) throws IOException {
    switch (report.arrivals()) {
      case Arrivals.Clients(int count) -> json.writeNumberField("concurrency", count);
      case Arrivals.Poisson(double perSecond, int _) -> json.writeNumberField("rate", perSecond);
    }
    json.writeNumberField("completed", report.completed());
    json.writeNumberField("aborted", report.aborted());
    json.writeNumberField("failed", report.failed());
    write(json, "errors", report.errors());
    write(json, "violations", report.violations());
    json.writeNumberField("seconds", report.seconds());
    json.writeNumberField("promptTokens", report.promptTokens());
    json.writeNumberField("cachedTokens", report.cachedTokens());
    json.writeNumberField("completionTokens", report.completionTokens());
    json.writeStringField("countedBy", report.countedByServer() ? "usage" : "pieces");
    json.writeNumberField("pieces", report.pieces());
    json.writeNumberField("requestsPerSecond", report.requestsPerSecond());
    json.writeNumberField("tokensPerSecond", report.tokensPerSecond());
    write(json, "decodeTokensPerSecond", report.decodeTokensPerSecond());
    write(json, "clientTokensPerSecond", report.clientTokensPerSecond());
    json.writeNumberField("fairness", report.clientTokensPerSecond().minToMax());
    write(json, "ttftMillis", report.ttft());
    write(json, "itlMillis", report.itl());
    write(json, "totalMillis", report.total());
  }

  private static void write(
      JsonGenerator json, String field, SortedMap<String, LoadReport.Count> counts)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, LoadReport.Count> entry : counts.entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeNumberField("count", entry.getValue().count());
      json.writeStringField("example", entry.getValue().example());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, Spread spread) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("min", spread.min());
    json.writeNumberField("median", spread.median());
    json.writeNumberField("max", spread.max());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, Latency latency) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeNumberField("count", latency.count());
    json.writeNumberField("mean", latency.mean());
    json.writeNumberField("p50", latency.p50());
    json.writeNumberField("p95", latency.p95());
    json.writeNumberField("p99", latency.p99());
    json.writeNumberField("max", latency.max());
    json.writeEndObject();
  }
}
