package io.maque.hub.quantize;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads the files under {@code golden/quantize}; see the README there. */
final class GoldenQuantize {

  private GoldenQuantize() {}

  /** The cells of each line. */
  static List<String[]> table(String name) {
    String text = new String(bytes(name), StandardCharsets.UTF_8);
    return text.lines().map(line -> line.split("\t")).toList();
  }

  /** Puts a file into {@code folder}. */
  static Path copy(String name, Path folder) {
    try {
      return Files.write(folder.resolve(name), bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String name) {
    String path = "/golden/quantize/" + name;
    try (InputStream stream = GoldenQuantize.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("no file " + path);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
