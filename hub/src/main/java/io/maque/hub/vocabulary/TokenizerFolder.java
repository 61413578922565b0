package io.maque.hub.vocabulary;

import io.maque.hub.checkpoint.SmallFile;
import io.maque.hub.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of a tokenizer, each read once and only when somebody asks. */
final class TokenizerFolder {
  private final Path folder;
  private final Map<String, Optional<JsonValue>> documents = new HashMap<>();

  TokenizerFolder(Path folder) {
    this.folder = folder;
  }

  /** The JSON document of this name, or empty when there is no such file. */
  Optional<JsonValue> find(String name) {
    return documents.computeIfAbsent(name, key -> findPath(key).map(SmallFile::json));
  }

  /** The file of this name, or empty when there is none. */
  Optional<Path> findPath(String name) {
    return Optional.of(folder.resolve(name)).filter(Files::isRegularFile);
  }

  /** The text in the file of this name, or empty when there is none. */
  Optional<String> findText(String name) {
    return findPath(name).map(path -> new String(SmallFile.bytes(path), StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
