package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.JsonFields;
import io.maque.server.router.Lease;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code keep_alive}: how long the model stays in memory after its last use. Seconds, or a duration
 * as the Go language writes it: {@code 1h30m}, {@code 300ms}; 0 unloads it at once, anything below
 * 0 never does.
 */
final class KeepAlive {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ns|us|µs|ms|s|m|h)");
  private static final Pattern DURATION =
      Pattern.compile("([-+]?)((?:" + PART.pattern() + ")+)|([-+]?\\d{1,9})");
  private static final Map<String, Double> SECONDS =
      Map.of("ns", 1e-9, "us", 1e-6, "µs", 1e-6, "ms", 1e-3, "s", 1.0, "m", 60.0, "h", 3600.0);

  /** Longer than any server runs, and short enough to be counted in nanoseconds. */
  private static final double MOST_SECONDS = 1e9;

  private KeepAlive() {}

  /** Empty leaves it as it is. */
  static Optional<Duration> read(JsonFields body) {
    JsonNode value = body.any("keep_alive").orElse(null);
    if (value == null) {
      return Optional.empty();
    }
    if (value.isNumber()) {
      return Optional.of(duration(value.doubleValue()));
    }
    Matcher text = DURATION.matcher(value.asText());
    if (!value.isTextual() || !text.matches()) {
      throw JsonFields.invalid(
          "keep_alive", "expected seconds or a duration such as '5m', found " + value);
    }
    double seconds =
        text.group(2) == null
            ? Double.parseDouble(value.textValue())
            : (text.group(1).equals("-") ? -1 : 1) * sum(text.group(2));
    return Optional.of(duration(seconds));
  }

  private static double sum(String parts) {
    return PART.matcher(parts)
        .results()
        .mapToDouble(part -> Double.parseDouble(part.group(1)) * SECONDS.get(part.group(2)))
        .sum();
  }

  private static Duration duration(double seconds) {
    return seconds < 0
        ? Lease.FOREVER
        : Duration.ofNanos((long) (Math.min(seconds, MOST_SECONDS) * 1e9));
  }
}
