package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyModels;
import io.maque.fixture.TinyVision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fonts, for pictures with text, come with {@code scripts/fetch-browser}. */
@Tag("real")
class EvalCommandTest {
  @TempDir private Path folder;
  private String model;
  private String encoder;

  @BeforeEach
  void writeFiles() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
    encoder = TinyVision.encoder(8).write(folder.resolve("mmproj.gguf")).toString();
  }

  @Test
  void theTableHasEveryGroupWithItsGoalAndEveryKind() {
    Invocation run = eval("--cases", "1", "--max-tokens", "3");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("tiny")
        .contains("seed 1", "42 questions")
        .containsPattern("shapes, colours, counts up to five +0/14 .*95 %")
        .containsPattern("  chart-highest +0/2 ")
        .doesNotContain("Not exact");
    assertThat(run.out().lines().skip(3)).hasSize(6 + 21);
  }

  @Test
  void theDocumentOfJsonHasFiguresAndWrongAnswers() throws IOException {
    Invocation run =
        eval("--cases", "2", "--kinds", "sign,word", "--language", "zh", "--show", "1", "--json");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("complete").asBoolean()).isTrue();
    assertThat(json.get("asked").asInt()).isEqualTo(4);
    assertThat(json.get("groups")).hasSize(2);
    JsonNode print = json.get("groups").get(0);
    assertThat(print.get("goal").asDouble()).isEqualTo(0.9);
    assertThat(print.get("exact").get("right").asInt()).isZero();
    assertThat(print.get("exact").get("high").asDouble()).isBetween(0.5, 1.0);
    assertThat(print.get("kinds").get(0).get("kind").asText()).isEqualTo("word");
    assertThat(print.get("languages").get("zh").get("asked").asInt()).isEqualTo(2);
    assertThat(print.get("languages").has("en")).isFalse();
    assertThat(json.get("wrong")).hasSize(2);
    assertThat(json.get("wrong").get(0).get("expected").asText()).isNotEmpty();
  }

  @Test
  void markdownIsATableOfGroups() {
    Invocation run = eval("--cases", "1", "--kinds", "talk", "--markdown");

    assertThat(run.out().lines())
        .satisfiesExactly(
            head -> assertThat(head).startsWith("| | goal | exact |"),
            rule -> assertThat(rule).startsWith("|---|"),
            row -> assertThat(row).startsWith("| small talk").endsWith("| 2 |"),
            empty -> assertThat(empty).isEmpty(),
            heading -> assertThat(heading).contains("seed 1", "2 questions"));
  }

  @Test
  void theFolderHasWhatWasAsked() throws IOException {
    Path out = folder.resolve("cases");

    assertThat(eval("--cases", "1", "--kinds", "sign,talk", "--out", out.toString()).exitCode())
        .isZero();

    try (var files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("000000-sign.png", "000001-sign.png", "cases.jsonl");
    }
    assertThat(Files.readAllLines(out.resolve("cases.jsonl"))).hasSize(4);
    assertThat(eval("--cases", "1", "--out", out.toString()).exitCode()).isEqualTo(1);
  }

  @Test
  void aModelThatReadsTextOnlySaysSo() {
    Invocation run = Invocation.of("eval", model);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("reads text only").contains("--mmproj").hasLineCount(1);
  }

  @Test
  void wrongOptionsAreToldBeforeTheModelIsOpened() {
    assertUsage("--kinds: expected some of shape-count, ", "--kinds", "shapes");
    assertUsage("--language: expected en, zh or both, found fr", "--language", "fr");
    assertUsage("--cases: expected 1 to 100000, found 0", "--cases", "0");
    assertUsage("--show: expected 0 or more, found -1", "--show", "-1");
    assertUsage("--max-tokens: expected 1 or more, found 0", "--max-tokens", "0");
    assertUsage("--json or --markdown", "--json", "--markdown");
    assertUsage("--set", "--set", "texts");
  }

  private Invocation eval(String... options) {
    List<String> line = new ArrayList<>(List.of("eval", model, "--mmproj", encoder));
    line.addAll(List.of(options));
    return Invocation.of(line.toArray(String[]::new));
  }

  private static void assertUsage(String contains, String... options) {
    List<String> line = new ArrayList<>(List.of("eval", "no-model.gguf"));
    line.addAll(List.of(options));
    Invocation run = Invocation.of(line.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(contains);
  }
}
