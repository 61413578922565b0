package io.maque.model;

import io.maque.cache.BlockTable;
import java.util.List;
import java.util.stream.IntStream;

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

  /** Rows of which the hidden state is wanted in the end. */
  public int[] wantedRows() {
    int[] rows = new int[slices.stream().mapToInt(slice -> slice.wanted().length).sum()];
    int count = 0;
    int first = 0;
    for (Slice slice : slices) {
      for (int token : slice.wanted()) {
        rows[count++] = first + token;
      }
      first += slice.tokens().length;
    }
    return rows;
  }

  /**
   * Consecutive tokens of one sequence.
   *
   * @param blockTable covers positions up to {@code begin + tokens.length}
   * @param begin position of the first token; positions before it are in the KV cache already
   * @param tokens vocabulary ids, negative ids where a picture stands; at least one
   * @param images all pictures of the sequence in order, wherever the slice begins and ends: they
   *     say which rows stand for the negative ids, and positions may depend on those before
   * @param wanted of which tokens, counted from the first of the slice, the hidden state is wanted
   *     in the end; of the others, only keys and values are
   */
  public record Slice(
      BlockTable blockTable, int begin, int[] tokens, List<ImageSpan> images, int[] wanted) {

    public Slice {
      images = List.copyOf(images);
    }

    /** A slice of which all hidden states are wanted. */
    public Slice(BlockTable blockTable, int begin, int[] tokens, List<ImageSpan> images) {
      this(blockTable, begin, tokens, images, IntStream.range(0, tokens.length).toArray());
    }

    /** A slice of a sequence without pictures, of which all hidden states are wanted. */
    public Slice(BlockTable blockTable, int begin, int[] tokens) {
      this(blockTable, begin, tokens, List.of());
    }

    /** Position after the last token. */
    public int end() {
      return begin + tokens.length;
    }
  }
}
