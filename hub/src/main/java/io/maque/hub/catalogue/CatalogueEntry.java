package io.maque.hub.catalogue;

import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.ModelReference.Repository;
import io.maque.hub.reference.StoreName;
import java.util.List;

/**
 * A model known by name.
 *
 * @param title the publisher's spelling of the name
 * @param kind whether it reads images
 * @param architecture as in {@code general.architecture}
 * @param parameters number of weights in words, such as {@code 0.49B}
 * @param licence SPDX identifier, or the licence's own name
 * @param languages BCP 47 tags of the languages it is good at
 * @param memoryBytes resident memory to expect with a context of 2,048 tokens; an estimate
 * @param suggestedFrom how many processors it takes to be suggested to somebody who has no model
 *     yet; 0 for never
 * @param files what it consists of; empty when it cannot be pulled
 * @param sources where it is published as GGUF, best first; empty when it must be converted
 * @param note what a user has to know, or an empty text
 */
public record CatalogueEntry(
    StoreName name,
    String title,
    Kind kind,
    String architecture,
    String parameters,
    String licence,
    List<String> languages,
    long memoryBytes,
    int suggestedFrom,
    List<CatalogueFile> files,
    List<ModelReference> sources,
    String note) {

  /** What goes in. */
  public enum Kind {
    TEXT,
    VISION
  }

  public CatalogueEntry {
    languages = List.copyOf(languages);
    files = List.copyOf(files);
    sources = List.copyOf(sources);
  }

  /** Whether there is a GGUF to pull. */
  public boolean isPullable() {
    return !sources.isEmpty();
  }

  /** Whether it is one to begin with on such a machine. */
  boolean suits(long machineMemoryBytes, int processors) {
    return isPullable()
        && suggestedFrom > 0
        && suggestedFrom <= processors
        && memoryBytes <= machineMemoryBytes;
  }

  /** Bytes to download, all files together. */
  public long bytes() {
    return files.stream().mapToLong(CatalogueFile::bytes).sum();
  }

  /** Whether {@link #bytes} is exact. */
  public boolean isSizeExact() {
    return files.stream().allMatch(CatalogueFile::exact);
  }

  /** The references to fetch from one of the {@link #sources}: one per file for a repository. */
  public List<ModelReference> references(ModelReference source) {
    return source instanceof Repository repository
        ? files.stream().<ModelReference>map(file -> repository.withFile(file.name())).toList()
        : List.of(source);
  }
}
