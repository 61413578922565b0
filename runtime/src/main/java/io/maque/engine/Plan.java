package io.maque.engine;

import java.util.List;

/**
 * What the next forward pass computes.
 *
 * @param chunks one per sequence that takes part; empty when there is nothing to do
 */
record Plan(List<Chunk> chunks) {

  Plan {
    chunks = List.copyOf(chunks);
  }

  /** The next {@code count} tokens of a sequence; blocks for them are reserved. */
  record Chunk(Sequence sequence, int count) {

    int begin() {
      return sequence.computed();
    }
  }
}
