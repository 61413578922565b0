package io.maque.server.router;

import io.maque.boot.ModelPreview;
import io.maque.gguf.GgufFormatException;
import io.maque.model.UnsupportedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the files of a listing are, read again only when they change. Safe for many threads. */
final class Previews {
  private static final int MAX_ENTRIES = 1000;

  private final ModelLoader loader;
  private final Map<Key, Optional<ModelPreview>> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<ModelPreview>> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  Previews(ModelLoader loader) {
    this.loader = loader;
  }

  private record Key(Path file, long bytes, long modifiedMillis) {}

  /** What a file is; empty when it is missing, or no model that can be run. */
  synchronized Optional<ModelPreview> find(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Key key = new Key(file, attributes.size(), attributes.lastModifiedTime().toMillis());
      return known.computeIfAbsent(key, _ -> read(file));
    } catch (IOException e) {
      // Removed from the store a moment ago; the next listing leaves it out.
      return Optional.empty();
    }
  }

  private Optional<ModelPreview> read(Path file) {
    try {
      return Optional.of(loader.preview(file));
    } catch (GgufFormatException | UnsupportedModelException | UncheckedIOException e) {
      // Loading it says why; a listing goes on.
      return Optional.empty();
    }
  }
}
