package io.maque.hub.transfer;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is remembered about a half-fetched file, in a small JSON file beside it, so that a later
 * pull can tell whether going on would glue two different files together.
 *
 * @param source what was being fetched; its tag means nothing elsewhere
 * @param etag the strong entity tag of the server that sent the bytes, or an empty text
 * @param sha256 the checksum the whole file must have, when the source told one
 */
record PartialState(String source, String etag, Optional<Sha256> sha256) {
  private static final long MAX_BYTES = 64 << 10;

  /** Where the state of {@code partial} is kept. */
  static Path fileFor(Path partial) {
    return partial.resolveSibling(partial.getFileName() + ".state.json");
  }

  /** The remembered state, or empty when there is none or it is unreadable: then start anew. */
  static Optional<PartialState> find(Path partial) throws IOException {
    Path file = fileFor(partial);
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
      return Optional.empty();
    }
    // A kill between two writes may leave half a document.
    Optional<JsonValue> state = Json.find(ByteBuffer.wrap(Files.readAllBytes(file)));
    return state.map(json ->
        new PartialState(
            json.findText("source").orElse(""),
            json.findText("etag").orElse(""),
            json.findText("sha256").flatMap(Sha256::find)));
  }

  void save(Path partial) throws IOException {
    Map<String, String> json = new LinkedHashMap<>();
    json.put("source", source);
    json.put("etag", etag);
    sha256.ifPresent(sum -> json.put("sha256", sum.hex()));
    Files.writeString(fileFor(partial), Json.write(json));
  }

  /** Whether bytes fetched under this state may be continued for {@code wanted}. */
  boolean continues(PartialState wanted) {
    // A checksum identifies the file wherever it comes from. Without one, only the same server's
    // tag does; without either nobody would notice that the file had changed.
    return sha256.isPresent()
        ? sha256.equals(wanted.sha256)
        : wanted.sha256.isEmpty() && source.equals(wanted.source) && !etag.isEmpty();
  }
}
