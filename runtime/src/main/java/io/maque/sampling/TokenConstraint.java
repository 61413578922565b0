package io.maque.sampling;

/**
 * Which tokens one answer may go on with, given those it has so far: a grammar on its way through
 * the answer. Asked before each token and told of it afterwards, by one thread at a time.
 */
public interface TokenConstraint {

  /**
   * The ids that may come next, end tokens included where the answer may end: id {@code i} may come
   * when bit {@code i % 64} of word {@code i / 64} is set; words that are missing allow nothing.
   * The array is only read, and only until {@link #accept} is called.
   */
  long[] allowed();

  /** The id that was chosen, one of those allowed; an end token too. */
  void accept(int id);

  /** Whether the answer must end here: nothing but an end token could follow. */
  default boolean complete() {
    return false;
  }
}
