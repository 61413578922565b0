package io.maque.server.router;

import io.maque.generate.ModelCard;
import java.util.List;
import java.util.Optional;

/**
 * A model that can be asked for.
 *
 * @param name what requests call it
 * @param loaded whether it is in memory
 * @param capabilities what it can do, such as {@code completion}, {@code chat}, {@code vision}
 * @param card what is known about it; empty until it was loaded once
 */
public record ModelEntry(
    String name, boolean loaded, List<String> capabilities, Optional<ModelCard> card) {

  public ModelEntry {
    capabilities = List.copyOf(capabilities);
  }
}
