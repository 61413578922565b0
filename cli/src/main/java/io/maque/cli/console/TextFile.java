package io.maque.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Text that a user hands in: a file or standard input, UTF-8 and nothing else. */
public final class TextFile {
  private static final int MAX_BYTES = 1 << 28;

  private TextFile() {}

  /** The text of a file; {@code -} is standard input. */
  public static String read(Path file, Console console) {
    return file.toString().equals("-") ? readInput(console) : read(file);
  }

  /**
   * The text of a file.
   *
   * @throws CommandFailedException when it is not UTF-8 or larger than 256 MiB
   * @throws UncheckedIOException when it cannot be read
   */
  public static String read(Path file) {
    if (Files.isDirectory(file)) {
      throw new CommandFailedException("%s: a directory; expected a text file".formatted(file));
    }
    try (InputStream stream = Files.newInputStream(file)) {
      return decode(stream, file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of standard input. */
  public static String readInput(Console console) {
    try {
      return decode(console.in(), "standard input");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String decode(InputStream stream, String name) throws IOException {
    byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new CommandFailedException(
          "%s: expected at most %d bytes of text; split it".formatted(name, MAX_BYTES));
    }
    ByteBuffer input = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(input).toString();
    } catch (CharacterCodingException e) {
      throw new CommandFailedException(
          "%s: expected UTF-8 text, found other bytes at offset %d; convert it with iconv"
              .formatted(name, input.position()),
          e);
    }
  }
}
