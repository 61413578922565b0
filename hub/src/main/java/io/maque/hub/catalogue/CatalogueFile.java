package io.maque.hub.catalogue;

import io.maque.hub.reference.FileRole;
import java.util.Optional;

/**
 * A file of a model of the catalogue.
 *
 * @param bytes its size; exact only if {@code exact}
 * @param exact whether {@code bytes} is the published size or an estimate for people
 * @param sha256 64 lower-case hexadecimal digits, when known; then it is enforced
 */
public record CatalogueFile(
    String name, FileRole role, long bytes, boolean exact, Optional<String> sha256) {

  public CatalogueFile {
    if (!sha256.map(sum -> sum.matches("[0-9a-f]{64}")).orElse(true)) {
      throw new IllegalArgumentException(name + ": sha256 is not 64 lower-case hexadecimal digits");
    }
  }
}
