package io.maque.hub.store;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.HubException;
import io.maque.hub.reference.StoreName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code manifest.json}: the file whose presence makes a directory a model of the store. It is
 * written last and read with suspicion: anybody may have edited it.
 */
final class Manifest {
  static final String FILE_NAME = "manifest.json";
  private static final int VERSION = 1;
  private static final long MAX_BYTES = 1 << 20;

  private Manifest() {}

  static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE_NAME), LinkOption.NOFOLLOW_LINKS);
  }

  static StoredModel read(StoreName name, Path directory) {
    Path file = directory.resolve(FILE_NAME);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new StoreException(
            "%s: %d bytes, expected at most %d".formatted(file, Files.size(file), MAX_BYTES));
      }
      return parse(
          name, directory, Json.read(ByteBuffer.wrap(Files.readAllBytes(file)), "manifest"));
    } catch (IOException | HubException | DateTimeException fault) {
      throw new StoreException(
          "%s cannot be used: %s; remove the model with `maque rm %s` and pull it again"
              .formatted(file, fault.getMessage(), name),
          fault);
    }
  }

  private static StoredModel parse(StoreName name, Path directory, JsonValue json) {
    long version = json.count("version");
    if (version != VERSION) {
      throw new StoreException("version %d, expected %d".formatted(version, VERSION));
    }
    List<StoredFile> files = new ArrayList<>();
    for (JsonValue file : json.at("files").elements()) {
      files.add(
          new StoredFile(
              file.text("name"),
              role(file.text("role")),
              file.count("bytes"),
              file.text("sha256")));
    }
    return new StoredModel(
        name, json.text("source"), files, Instant.parse(json.text("pulledAt")), directory);
  }

  private static FileRole role(String text) {
    return switch (text) {
      case "model" -> FileRole.MODEL;
      case "projector" -> FileRole.PROJECTOR;
      default -> throw new StoreException("unknown file role, expected model or projector");
    };
  }

  static void write(StoredModel model) throws IOException {
    List<Map<String, Object>> files = new ArrayList<>();
    for (StoredFile file : model.files()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", file.name());
      entry.put("role", file.role() == FileRole.MODEL ? "model" : "projector");
      entry.put("bytes", file.bytes());
      entry.put("sha256", file.sha256());
      files.add(entry);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", VERSION);
    json.put("source", model.source());
    json.put("pulledAt", model.pulledAt().toString());
    json.put("files", files);
    AtomicFiles.write(model.directory().resolve(FILE_NAME), Json.write(json));
  }
}
