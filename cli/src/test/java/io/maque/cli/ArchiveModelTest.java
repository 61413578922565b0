package io.maque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.fixture.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The model that the launcher starts the program with once after building it. With {@code
 * -Dmaque.golden=write} it is written anew.
 */
class ArchiveModelTest {
  private static final Path FILE = Path.of("src/main/archive/tiny.gguf");

  @Test
  void isTheOneTheFixtureMakes() throws IOException {
    byte[] expected = TinyModels.forArchive().toBytes();
    if ("write".equals(System.getProperty("maque.golden"))) {
      Files.write(FILE, expected);
    }

    assertThat(Files.readAllBytes(FILE)).isEqualTo(expected);
  }
}
