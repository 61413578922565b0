package io.maque.grammar;

import java.util.Set;

/**
 * Where a text stands in its grammar: the tops of all stacks that are possible. All of them wait
 * for a byte.
 */
final class Config {
  final Set<Frame> tops;

  /** Whether the text may end here. */
  final boolean mayEnd;

  /** Whether the text may leave the stack that we see for the unknown one below. */
  final boolean mayLeave;

  /** Frames of the highest stack, those of stacks given up for their height included. */
  final int height;

  /** What {@link Pushdown} found behind each byte; null where it did not look yet. */
  Config[] next;

  /** Of which generation of {@link Pushdown}'s memory it is. */
  final int generation;

  private final int hash;

  Config(Set<Frame> tops, boolean mayEnd, boolean mayLeave, int height, int generation) {
    this.tops = tops;
    this.mayEnd = mayEnd;
    this.mayLeave = mayLeave;
    this.height = height;
    this.generation = generation;
    this.hash = tops.hashCode() * 4 + (mayEnd ? 2 : 0) + (mayLeave ? 1 : 0);
  }

  /** Whether nothing can come, not even the end. */
  boolean dead() {
    return tops.isEmpty() && !mayEnd && !mayLeave;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Config config
        && hash == config.hash
        && mayEnd == config.mayEnd
        && mayLeave == config.mayLeave
        && height == config.height
        && tops.equals(config.tops);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
