package io.maque.hub.checkpoint;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files beside the weights, which fit into memory; larger ones are refused. */
public final class SmallFile {
  private static final long MAX_BYTES = 256L << 20;

  private SmallFile() {}

  /**
   * The content of {@code file}.
   *
   * @throws CheckpointException when it has more than 256 MB, or cannot be read
   */
  public static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new CheckpointException(
            "%s: expected at most %d MB, found %d"
                .formatted(file.getFileName(), MAX_BYTES >> 20, size >> 20));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The JSON document in {@code file}. */
  public static JsonValue json(Path file) {
    return Json.readLarge(ByteBuffer.wrap(bytes(file)), file.getFileName().toString());
  }
}
