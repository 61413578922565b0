package io.maque.server.router;

import io.maque.boot.ModelPreview;
import io.maque.gguf.GgufFormatException;
import io.maque.hub.store.ModelFiles;
import io.maque.model.UnsupportedModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

  private record Key(ModelFiles files, List<Version> versions) {}

  private record Version(long bytes, long modifiedMillis) {}

  /** What files are; empty when one is missing, or they are no model that can be run. */
  synchronized Optional<ModelPreview> find(ModelFiles files) {
    try {
      List<Version> versions = new ArrayList<>();
      versions.add(version(files.model()));
      if (files.projector().isPresent()) {
        versions.add(version(files.projector().get()));
      }
      return known.computeIfAbsent(new Key(files, versions), _ -> read(files));
    } catch (IOException e) {
      // Removed from the store a moment ago; the next listing leaves it out.
      return Optional.empty();
    }
  }

  private static Version version(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Version(attributes.size(), attributes.lastModifiedTime().toMillis());
  }

  private Optional<ModelPreview> read(ModelFiles files) {
    try {
      return Optional.of(loader.preview(files));
    } catch (GgufFormatException | UnsupportedModelException | UncheckedIOException e) {
      // Loading it says why; a listing goes on.
      return Optional.empty();
    }
  }
}
