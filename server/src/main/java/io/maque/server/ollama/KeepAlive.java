package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.JsonFields;
import java.util.regex.Pattern;

/**
 * {@code keep_alive}: how long a client would like the model to stay in memory after its request.
 * Whoever runs the server has decided that, so the wish is checked and has no effect.
 */
final class KeepAlive {
  /**
   * Seconds, or a duration as the Go language writes it: {@code 1h30m}, {@code 300ms}, {@code -1}.
   */
  private static final Pattern DURATION =
      Pattern.compile("[-+]?(\\d{1,9}|(\\d{1,9}(\\.\\d{1,9})?(ns|us|µs|ms|s|m|h))+)");

  private KeepAlive() {}

  static void check(JsonFields body) {
    JsonNode value = body.any("keep_alive").orElse(null);
    boolean valid =
        value == null
            || value.isNumber()
            || value.isTextual() && DURATION.matcher(value.textValue()).matches();
    if (!valid) {
      throw JsonFields.invalid(
          "keep_alive", "expected seconds or a duration such as '5m', found " + value);
    }
  }
}
