package io.maque.cli.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The name of the model used last: a convenience, so trouble with its file is only logged. */
final class LastModel {
  private static final System.Logger LOGGER = System.getLogger(LastModel.class.getName());
  private static final int MAX_BYTES = 1000;

  private final Path file;

  LastModel(Path home) {
    this.file = home.resolve("last-model");
  }

  Optional<String> read() {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "cannot read " + file, e);
      return Optional.empty();
    }
  }

  void write(String name) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, name + "\n");
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "cannot write " + file, e);
    }
  }
}
