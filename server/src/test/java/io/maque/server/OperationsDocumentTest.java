package io.maque.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.server.config.Setting;
import io.maque.server.observe.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tables of docs/operations.md say what the program does. */
class OperationsDocumentTest {
  private final List<String> lines;

  OperationsDocumentTest() throws IOException {
    lines = Files.readAllLines(Path.of("..", "docs", "operations.md"));
  }

  @Test
  void everySettingHasItsRow() {
    List<String> rows =
        Arrays.stream(Setting.values())
            .map(setting ->
                "| `%s` | %s | %s |"
                    .formatted(
                        setting.key(),
                        setting.defaultText().isEmpty() ? "" : "`" + setting.defaultText() + "`",
                        setting.description()))
            .toList();

    assertThat(lines).containsSubsequence(rows);
  }

  @Test
  void everyMeterHasItsRow() {
    List<String> rows =
        Arrays.stream(Meter.values())
            .map(meter ->
                "| `%s` | %s | %s |"
                    .formatted(meter.prometheusName(), kind(meter), meter.description()))
            .toList();

    assertThat(lines).containsSubsequence(rows);
  }

  private static String kind(Meter meter) {
    return switch (meter.kind()) {
      case TIMER, SUMMARY -> "histogram";
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
    };
  }
}
