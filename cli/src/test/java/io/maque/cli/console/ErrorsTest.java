package io.maque.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.gguf.GgufFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ErrorsTest {

  @Test
  void ourOwnExceptionsAreTheirSentence() {
    assertThat(report(new GgufFormatException("a.gguf: cut short"), false))
        .isEqualTo("maque: a.gguf: cut short\n");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThat(report(new UncheckedIOException(new NoSuchFileException("a.gguf")), false))
        .isEqualTo("maque: no such file: a.gguf\n");
    assertThat(report(new UncheckedIOException(new IOException("disk full")), false))
        .isEqualTo("maque: disk full\n");
  }

  @Test
  void aDefectIsCalledOne() {
    assertThat(report(new IllegalStateException("odd"), false))
        .startsWith("maque: unexpected java.lang.IllegalStateException: odd\n")
        .contains("defect")
        .doesNotContain("\tat ");
  }

  @Test
  void theStackTraceIsThereForThoseWhoAsk() {
    assertThat(report(new IllegalStateException("odd"), true)).contains("\tat ");
  }

  @Test
  void aMessageCannotWriteToTheTerminal() {
    assertThat(report(new GgufFormatException("x\u001b[2J\ny"), false))
        .isEqualTo("maque: x\u241b[2J y\n");
  }

  private static String report(Throwable error, boolean debug) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Errors.report(error, new PrintStream(bytes, true, StandardCharsets.UTF_8), debug);
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
