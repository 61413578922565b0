package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
  @TempDir private Path folder;
  private String model;

  @BeforeEach
  void writeModel() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
  }

  @Test
  void jsonIsOneDocumentWithTheContractsFields() throws IOException {
    Invocation run =
        Invocation.of("run", model, "hi", "--max-tokens", "5", "--seed", "1", "--json");

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "text",
            "finishReason",
            "usage",
            "timings",
            "promptTokensPerSecond",
            "decodeTokensPerSecond");
    assertThat(json.get("usage").fieldNames())
        .toIterable()
        .containsExactly("promptTokens", "completionTokens", "imageTokens");
    assertThat(json.get("timings").fieldNames())
        .toIterable()
        .containsExactly(
            "loadMillis",
            "imageDecodeMillis",
            "preprocessMillis",
            "imageEncodeMillis",
            "prefillMillis",
            "ttftMillis",
            "decodeMillis");
    assertThat(json.get("finishReason").asText()).isIn("stop", "length");
    assertThat(json.get("usage").get("completionTokens").asInt()).isBetween(1, 5);
    assertThat(json.get("timings").get("ttftMillis").asDouble()).isPositive();
  }

  @Test
  void streamingPrintsTheTextOfTheDocument() throws IOException {
    String[] common = {"run", model, "hi", "--max-tokens", "9", "--temperature", "0"};
    String[] asJson = java.util.Arrays.copyOf(common, common.length + 1);
    asJson[common.length] = "--json";

    Invocation streamed = Invocation.of(common);
    String text = new ObjectMapper().readTree(Invocation.of(asJson).out()).get("text").asText();

    assertThat(streamed.exitCode()).isZero();
    assertThat(streamed.err()).isEmpty();
    assertThat(streamed.out().stripTrailing()).isEqualTo(text.stripTrailing()).isNotEmpty();
  }

  @Test
  void promptComesFromStandardInput() {
    String[] options = {"--max-tokens", "6", "--temperature", "0"};

    Invocation argument =
        Invocation.of("run", model, "你好", options[0], options[1], options[2], options[3]);
    Invocation omitted =
        Invocation.with(
            "你好\n", Map.of(), "run", model, options[0], options[1], options[2], options[3]);
    Invocation dash =
        Invocation.with(
            "你好\n", Map.of(), "run", model, "-", options[0], options[1], options[2], options[3]);

    assertThat(argument.out()).isNotBlank().isEqualTo(omitted.out()).isEqualTo(dash.out());
  }

  @Test
  void statsGoToStandardError() {
    Invocation run = Invocation.of("run", model, "hi", "--max-tokens", "4", "--stats");

    assertThat(run.err()).matches("prompt \\d+ tokens at .*answer \\d+ at .*first after .* s\\R");
  }

  @Test
  void aFullContextIsTold() {
    Invocation run = Invocation.of("run", model, "--raw", "a", "--context", "8", "--seed", "3");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("context of 8 tokens is full").contains("--context");
  }

  @Test
  void withoutTemplateOnlyRawTextIsContinued() {
    String bare = TinyModels.withoutTemplate(7).write(folder.resolve("bare.gguf")).toString();

    Invocation chat = Invocation.of("run", bare, "hi", "--max-tokens", "3");
    Invocation raw = Invocation.of("run", bare, "hi", "--max-tokens", "3", "--raw");

    assertThat(chat.exitCode()).isEqualTo(1);
    assertThat(chat.err()).contains("--raw").hasLineCount(1);
    assertThat(raw.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--temperature, NaN",
    "--temperature, -1",
    "--temperature, hot",
    "--top-k, -1",
    "--top-p, 0",
    "--min-p, 1",
    "--repetition-penalty, Infinity",
    "--max-tokens, 0",
    "--max-tokens, 99999999999",
    "--seed, 1.5",
    "--stop, ''",
    "--context, -5",
    "--context, 257",
    "--threads, -2",
    "--kv-type, q4_0",
  })
  void refusedValuesAreWrongUsageThatNamesTheOption(String option, String value) {
    Invocation run = Invocation.of("run", model, "hi", option + "=" + value);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("maque: ").contains(option).doesNotContain("\tat ");
  }

  @Test
  void anUnknownModelIsOneSentence() {
    Invocation run = Invocation.inHome(folder, "run", "qwen2.5-0.5b-instruct", "hi");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("maque pull qwen2.5-0.5b-instruct").hasLineCount(1);
  }
}
