package io.maque.hub.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.hub.json.Json;
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
import java.util.List;

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

  private static StoredModel parse(StoreName name, Path directory, JsonNode json) {
    long version = Json.count(json, "version", "manifest");
    if (version != VERSION) {
      throw new StoreException("version %d, expected %d".formatted(version, VERSION));
    }
    List<StoredFile> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      files.add(
          new StoredFile(
              Json.text(file, "name", "manifest"),
              role(Json.text(file, "role", "manifest")),
              Json.count(file, "bytes", "manifest"),
              Json.text(file, "sha256", "manifest")));
    }
    return new StoredModel(
        name,
        Json.text(json, "source", "manifest"),
        files,
        Instant.parse(Json.text(json, "pulledAt", "manifest")),
        directory);
  }

  private static FileRole role(String text) {
    return switch (text) {
      case "model" -> FileRole.MODEL;
      case "projector" -> FileRole.PROJECTOR;
      default -> throw new StoreException("unknown file role, expected model or projector");
    };
  }

  static void write(StoredModel model) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.put("source", model.source());
    json.put("pulledAt", model.pulledAt().toString());
    ArrayNode files = json.putArray("files");
    for (StoredFile file : model.files()) {
      files
          .addObject()
          .put("name", file.name())
          .put("role", file.role() == FileRole.MODEL ? "model" : "projector")
          .put("bytes", file.bytes())
          .put("sha256", file.sha256());
    }
    AtomicFiles.write(model.directory().resolve(FILE_NAME), json.toPrettyString() + "\n");
  }
}
