package io.maque.hub.quantize;

/**
 * How to quantise.
 *
 * @param type what the new file becomes
 * @param threads threads that encode; 0 takes one per processor that the process may use
 * @param allowRequantize whether tensors that are quantised already may be quantised again, which
 *     loses more than starting from the original would
 * @param force whether a file that exists may be replaced
 */
public record QuantizeOptions(FileType type, int threads, boolean allowRequantize, boolean force) {
  private static final int MAX_THREADS = 1024;

  public QuantizeOptions {
    if (threads < 0 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads: expected 0 (all) to %d, found %d".formatted(MAX_THREADS, threads));
    }
  }

  /** All processors, nothing quantised twice, nothing replaced. */
  public static QuantizeOptions of(FileType type) {
    return new QuantizeOptions(type, 0, false, false);
  }
}
