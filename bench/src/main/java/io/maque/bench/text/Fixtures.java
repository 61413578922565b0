package io.maque.bench.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the benchmarks read: downloaded models, and the passage that fidelity is measured on. */
public final class Fixtures {
  private static final String PASSAGE = "/golden/fidelity/passage.txt";

  private Fixtures() {}

  /**
   * The model file called {@code name}.
   *
   * @throws IllegalStateException when it is not there
   */
  public static Path model(String name) {
    String fixtures =
        System.getProperty("maque.fixtures", System.getProperty("user.home") + "/.cache/maque");
    Path path = Path.of(fixtures, "models", name);
    if (!Files.exists(path)) {
      throw new IllegalStateException(
          "expected the model %s, found no such file: run scripts/fetch-fixtures first"
              .formatted(path));
    }
    return path;
  }

  /** Prose in two languages and code: repeated until it has {@code characters}. */
  public static String text(int characters) {
    try (InputStream in = Fixtures.class.getResourceAsStream(PASSAGE)) {
      String passage = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return passage.repeat(Math.ceilDiv(characters, passage.length())).substring(0, characters);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + PASSAGE, e);
    }
  }
}
