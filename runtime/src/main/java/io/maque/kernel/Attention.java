package io.maque.kernel;

import java.lang.foreign.MemorySegment;

/**
 * Scaled dot-product attention over a paged KV cache: {@code softmax(scale · q·Kᵀ)·V} for the query
 * heads that share one K/V head, of one token or of a few consecutive ones.
 *
 * <p>Scores are summed with the online softmax (Milakov and Gimelshein 2018, arXiv 1805.02867), so
 * scratch memory does not grow with the context. Positions are taken in ranges of {@link #RANGE},
 * each of which has a state of its own; states are merged in order of positions. So several threads
 * may share a long context, and which positions are summed together depends neither on the number
 * of threads nor on the tokens beside a token.
 */
public interface Attention extends Kernel {
  /** Positions of a range, which begins at a multiple of it. */
  int RANGE = 128;

  /** Most tokens of one call. */
  int maxTokens(AttentionShape shape);

  /** Bytes of the softmax states of {@code tokens} tokens. */
  long stateBytes(AttentionShape shape, int tokens);

  /**
   * Attends to the positions of range {@code range} that each query sees.
   *
   * @param state receives the states of all tokens, whatever it held before
   */
  void attend(
      AttentionShape shape, Queries queries, CachedHead head, int range, MemorySegment state);

  /** Merges into {@code state} the states of positions after its own. */
  void merge(AttentionShape shape, int tokens, MemorySegment state, MemorySegment next);

  /**
   * Writes the weighted means of values.
   *
   * @param out f32, {@code groupSize × valueLength} for each token
   * @param stride bytes from token to token in {@code out}
   */
  void finish(
      AttentionShape shape,
      int tokens,
      MemorySegment state,
      MemorySegment out,
      long offset,
      long stride);

  /**
   * Queries of consecutive tokens of a sequence.
   *
   * @param data f32, {@code groupSize × keyLength} for each token
   * @param offset byte of the first token
   * @param stride bytes from token to token
   * @param tokens number of tokens, at least 1
   * @param position of the first token in its sequence
   * @param window positions that a token sees, its own being the last
   */
  record Queries(
      MemorySegment data, long offset, long stride, int tokens, int position, int window) {

    /** First position that token {@code token} sees. */
    public int begin(int token) {
      return Math.max(0, end(token) - window);
    }

    /** Position after the last one that token {@code token} sees: its own. */
    public int end(int token) {
      return position + token + 1;
    }

    /** Range of the first position that any token sees. */
    public int firstRange() {
      return begin(0) / RANGE;
    }

    /** Range after that of the last position that any token sees. */
    public int rangeEnd() {
      return (end(tokens - 1) - 1) / RANGE + 1;
    }
  }

  /**
   * The keys and values of one K/V head of a sequence. The key of position {@code p} starts at byte
   * {@code blockOffsets[p / blockTokens] + keyOffset + (p % blockTokens) · keyLength ·
   * elementBytes} of {@code pool}; values likewise.
   *
   * @param pool memory of the whole KV cache
   * @param blockOffsets byte offset in {@code pool} of each block of the sequence, in order
   * @param keyOffset byte offset within a block of the keys of this layer and K/V head
   * @param valueOffset likewise of the values
   */
  record CachedHead(MemorySegment pool, long[] blockOffsets, long keyOffset, long valueOffset) {}
}
