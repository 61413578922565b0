package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private String model;
  private String out;

  /** Its matrices are Q8_0, so it can only be quantised again. */
  @BeforeEach
  void writeModel() {
    model = TinyModels.chat(7).write(folder.resolve("tiny.gguf")).toString();
    out = folder.resolve("small.gguf").toString();
  }

  @Test
  void writesAFileThatRuns() throws IOException {
    Invocation done = Invocation.of("quantize", model, out, "--type=q4_0", "--allow-requantize");
    Invocation run = Invocation.of("run", out, "hi", "--max-tokens=4", "--json");

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out()).contains("small.gguf: ").contains("bits per weight").hasLineCount(1);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).get("usage").get("completionTokens").asInt()).isPositive();
  }

  @Test
  void jsonIsOneDocument() throws IOException {
    Invocation done =
        Invocation.of(
            "quantize", model, out, "--type=Q4_K", "--allow-requantize", "--threads=1", "--json");

    JsonNode report = JSON.readTree(done.out());
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "file",
            "type",
            "sourceBytes",
            "fileBytes",
            "bitsPerWeight",
            "tensors",
            "gaveWay",
            "millis");
    assertThat(report.get("type").asText()).isEqualTo("Q4_K_M");
    assertThat(report.get("fileBytes").asLong()).isEqualTo(Files.size(Path.of(out)));
    assertThat(report.get("tensors").has("Q5_0")).isTrue();
    assertThat(report.get("gaveWay").asInt()).isPositive();
  }

  @Test
  void failuresAreOneSentence() throws IOException {
    Invocation again = Invocation.of("quantize", model, out, "--type=Q4_0");
    Invocation itself = Invocation.of("quantize", model, model, "--type=Q4_0", "--force");
    Files.writeString(Path.of(out), "precious");
    Invocation exists = Invocation.of("quantize", model, out, "--type=Q4_0", "--json");

    assertSentence(again, 1, "is Q8_0 already");
    assertSentence(itself, 1, "is the source itself");
    assertSentence(exists, 1, "exists; name another file, or replace it with --force");
    assertThat(Path.of(out)).hasContent("precious");
  }

  @Test
  void wrongUsage() {
    assertThat(Invocation.of("quantize", model, out).exitCode()).isEqualTo(2);
    Invocation type = Invocation.of("quantize", model, out, "--type=Q9");
    Invocation threads = Invocation.of("quantize", model, out, "--type=Q8_0", "--threads=-1");

    assertThat(type.exitCode()).isEqualTo(2);
    assertThat(type.err()).contains("--type: expected one of Q8_0,").contains("found Q9");
    assertThat(threads.exitCode()).isEqualTo(2);
    assertThat(threads.err()).contains("--threads: expected 0 (all) to 1024, found -1");
  }

  private static void assertSentence(Invocation failed, int exitCode, String part) {
    assertThat(failed.exitCode()).isEqualTo(exitCode);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err()).startsWith("maque: ").contains(part).hasLineCount(1);
  }
}
