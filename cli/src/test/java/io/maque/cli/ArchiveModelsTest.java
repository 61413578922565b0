package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.cli.console.Console;
import io.maque.fixture.ArchiveModels;
import io.maque.fixture.TinyGguf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The models that the launcher starts the program with once after building it. With {@code
 * -Dmaque.golden=write} they are written anew.
 */
class ArchiveModelsTest {
  private static final Path FOLDER = Path.of("src/main/archive");

  @Test
  void areThoseTheFixtureMakes() throws IOException {
    for (Map.Entry<String, TinyGguf> model : ArchiveModels.all().entrySet()) {
      Path file = FOLDER.resolve(model.getKey() + ".gguf");
      byte[] expected = model.getValue().toBytes();
      if ("write".equals(System.getProperty("maque.golden"))) {
        Files.write(file, expected);
      }
      assertThat(Files.readAllBytes(file)).as(file.toString()).isEqualTo(expected);
    }
  }

  @Test
  void allAnswerWhenTheStartIsRehearsed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            "",
            System.getenv());
    List<String> models =
        ArchiveModels.all().keySet().stream()
            .map(name -> FOLDER.resolve(name + ".gguf").toString())
            .toList();

    assertThat(Rehearsal.run(console, models)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"finishReason\"");
  }
}
