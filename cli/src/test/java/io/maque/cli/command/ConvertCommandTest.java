package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.cli.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GOLDEN = Path.of("../hub/src/test/resources/golden/convert");

  @TempDir private Path folder;
  private String out;

  @BeforeEach
  void nameOutput() {
    out = folder.resolve("out.gguf").toString();
  }

  private static String golden(String name) {
    return GOLDEN.resolve(name).toString();
  }

  @Test
  void writesAFileThatRuns() throws IOException {
    Invocation done = Invocation.of("convert", golden("qwen2"), out, "--type=q8_0");
    Invocation run = Invocation.of("run", out, "hi", "--max-tokens=4", "--json");

    assertThat(done.exitCode()).as(done.err()).isZero();
    assertThat(done.out()).contains("out.gguf: qwen2, Q8_0, ").hasLineCount(1);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(JSON.readTree(run.out()).get("usage").get("completionTokens").asInt()).isPositive();
  }

  @Test
  void anImageEncoderIsASecondFile() throws IOException {
    Invocation done =
        Invocation.of(
            "convert", golden("llava-qwen2"), out, "--type=Q4_0", "--json", "--threads=1");

    assertThat(done.exitCode()).as(done.err()).isZero();
    JsonNode report = JSON.readTree(done.out());
    assertThat(report.fieldNames()).toIterable().containsExactly("files", "notes", "millis");
    JsonNode text = report.get("files").get(0);
    JsonNode encoder = report.get("files").get(1);
    assertThat(text.get("file").asText()).isEqualTo(out);
    assertThat(text.get("type").asText()).isEqualTo("Q4_0");
    assertThat(text.get("fileBytes").asLong()).isEqualTo(Files.size(Path.of(out)));
    assertThat(encoder.get("architecture").asText()).isEqualTo("clip");
    assertThat(encoder.get("type").asText()).isEqualTo("F16");
    assertThat(encoder.get("file").asText()).endsWith("mmproj-out.gguf");
  }

  @Test
  void failuresAreOneSentence() throws IOException {
    Invocation none = Invocation.of("convert", golden("nothing"), out);
    Files.writeString(Path.of(out), "precious");
    Invocation exists = Invocation.of("convert", golden("qwen2"), out, "--json");

    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("expected the folder of a model").hasLineCount(1);
    assertThat(exists.exitCode()).isEqualTo(1);
    assertThat(exists.err()).contains("replace it with --force").hasLineCount(1);
    assertThat(exists.out()).isEmpty();
    assertThat(Path.of(out)).hasContent("precious");
  }

  @Test
  void wrongUsage() {
    Invocation type = Invocation.of("convert", golden("qwen2"), out, "--type=Q9");
    Invocation threads = Invocation.of("convert", golden("qwen2"), out, "--threads=-1");

    assertThat(type.exitCode()).isEqualTo(2);
    assertThat(type.err()).contains("--type: expected one of F32, F16, BF16, Q8_0");
    assertThat(threads.exitCode()).isEqualTo(2);
    assertThat(threads.err()).contains("--threads: expected 0 (all) to 1024, found -1");
    assertThat(Invocation.of("convert", golden("qwen2")).exitCode()).isEqualTo(2);
  }
}
