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
   * @param tokens vocabulary ids, negative ids where a picture stands; at least one
   * @param images all pictures of the sequence in order, wherever the slice begins and ends: they
   *     say which rows stand for the negative ids, and positions may depend on those before
   */
  public record Slice(BlockTable blockTable, int begin, int[] tokens, List<ImageSpan> images) {

    public Slice {
      images = List.copyOf(images);
    }

    /** A slice of a sequence without pictures. */
    public Slice(BlockTable blockTable, int begin, int[] tokens) {
      this(blockTable, begin, tokens, List.of());
    }

    /** Position after the last token. */
    public int end() {
      return begin + tokens.length;
    }
  }
}
