package io.maque.hub.convert;

import java.util.Optional;

/**
 * How to convert.
 *
 * @param type what the text model's matrices become
 * @param projectorType what those of an image encoder become
 * @param name the value of {@code general.name}, or empty for the folder's name
 * @param threads threads that encode; 0 takes one per processor that the process may use
 * @param force whether files that exist may be replaced
 */
public record ConvertOptions(
    TargetType type, TargetType projectorType, Optional<String> name, int threads, boolean force) {
  private static final int MAX_THREADS = 1024;

  public ConvertOptions {
    if (threads < 0 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads: expected 0 (all) to %d, found %d".formatted(MAX_THREADS, threads));
    }
  }

  /** All processors, nothing replaced; an image encoder is not quantised but kept in F16. */
  public static ConvertOptions of(TargetType type) {
    return new ConvertOptions(
        type, type.mixture().isPresent() ? TargetType.F16 : type, Optional.empty(), 0, false);
  }
}
