package io.maque.server.router;

import io.maque.generate.ModelCard;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model that can be asked for.
 *
 * @param name what requests call it
 * @param loaded whether it is in memory
 * @param capabilities what it can do, such as {@code completion}, {@code chat}, {@code vision}; of
 *     the built-in model also {@code demonstration}
 * @param card what is known about it; empty until it was loaded once
 * @param millisLeft in memory when nobody asks for it; empty as long as there is room
 */
public record ModelEntry(
    String name,
    boolean loaded,
    List<String> capabilities,
    Optional<ModelCard> card,
    OptionalDouble millisLeft) {

  public ModelEntry {
    capabilities = List.copyOf(capabilities);
  }

  /** A model that stays as it is. */
  public ModelEntry(
      String name, boolean loaded, List<String> capabilities, Optional<ModelCard> card) {
    this(name, loaded, capabilities, card, OptionalDouble.empty());
  }
}
