package io.maque.hub.store;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.StoreName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A model of the store, as its manifest tells.
 *
 * @param source the reference it came from, as {@code ModelReference.text()} writes it
 * @param directory where its files lie
 */
public record StoredModel(
    StoreName name, String source, List<StoredFile> files, Instant pulledAt, Path directory) {

  public StoredModel {
    files = List.copyOf(files);
    if (files.stream().noneMatch(file -> file.role() == FileRole.MODEL)) {
      throw new StoreException("model %s: no file with the role of the model".formatted(name));
    }
  }

  /** Size of all files together. */
  public long bytes() {
    return files.stream().mapToLong(StoredFile::bytes).sum();
  }

  /** The paths to open. */
  public ModelFiles paths() {
    return new ModelFiles(
        name.value(), first(FileRole.MODEL).orElseThrow(), first(FileRole.PROJECTOR));
  }

  private Optional<Path> first(FileRole role) {
    return files.stream()
        .filter(file -> file.role() == role)
        .findFirst()
        .map(file -> directory.resolve(file.name()));
  }
}
