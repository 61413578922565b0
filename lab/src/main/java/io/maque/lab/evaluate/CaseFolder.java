package io.maque.lab.evaluate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;

/**
 * A folder of what was asked and answered, for other programs to ask the same: a PNG file for each
 * picture, and {@code cases.jsonl} with a line for each task: {@code
 * {"kind","language","image","question","expected","given","exact","lenient"}}, {@code image} being
 * the name of the file, or null.
 */
public final class CaseFolder implements AutoCloseable {
  /** The list of tasks. */
  public static final String LIST = "cases.jsonl";

  private final Path folder;
  private final JsonGenerator lines;

  private CaseFolder(Path folder, JsonGenerator lines) {
    this.folder = folder;
    this.lines = lines;
  }

  /**
   * A folder that is made where it is missing.
   *
   * @throws UncheckedIOException when it cannot be written, or has a list already
   */
  public static CaseFolder create(Path folder) {
    Path list = folder.resolve(LIST);
    try {
      Files.createDirectories(folder);
      JsonGenerator lines =
          new JsonFactory()
              .createGenerator(Files.newOutputStream(list, StandardOpenOption.CREATE_NEW));
      return new CaseFolder(folder, lines.setRootValueSeparator(null));
    } catch (FileAlreadyExistsException e) {
      throw new UncheckedIOException(
          new IOException("%s is there already; expected a new folder".formatted(e.getFile()), e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a task and what was answered. */
  public void add(Outcome outcome) {
    Task task = outcome.task();
    String name = String.format(Locale.ROOT, "%06d-%s.png", outcome.index(), task.kind().name());
    Optional<String> image = task.picture().map(_ -> name);
    try {
      if (task.picture().isPresent()) {
        Files.write(folder.resolve(name), task.picture().get());
      }
      lines.writeStartObject();
      lines.writeStringField("kind", task.kind().name());
      lines.writeStringField("language", task.language().key());
      lines.writeStringField("image", image.orElse(null));
      lines.writeStringField("question", task.question());
      lines.writeStringField("expected", task.answer());
      lines.writeStringField("given", outcome.given());
      lines.writeBooleanField("exact", outcome.verdict().exact());
      lines.writeBooleanField("lenient", outcome.verdict().lenient());
      lines.writeEndObject();
      lines.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
