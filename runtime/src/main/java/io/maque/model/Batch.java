package io.maque.model;

import io.maque.cache.BlockTable;
import java.util.List;

/**
 * What one forward pass computes: for each of several sequences a run of consecutive tokens. Rows
 * of all activations follow the order of the slices.
 *
 * @param slices none when nothing is left to compute
 */
public record Batch(List<Slice> slices) {

  public Batch {
    slices = List.copyOf(slices);
  }

  /** Tokens of all slices. */
  public int tokens() {
    int tokens = 0;
    for (Slice slice : slices) {
      tokens += slice.tokens().length;
    }
    return tokens;
  }

  /**
   * Consecutive tokens of one sequence.
   *
   * @param blockTable covers positions up to {@code begin + tokens.length}
   * @param begin position of the first token; positions before it are in the KV cache already
   * @param tokens vocabulary ids, at least one
   */
  public record Slice(BlockTable blockTable, int begin, int[] tokens) {}
}
