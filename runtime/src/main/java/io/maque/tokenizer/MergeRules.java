package io.maque.tokenizer;

/** Which neighbouring symbols may be joined, and which pair goes first. */
interface MergeRules {
  /** A symbol that is no token, or a pair that is none. */
  int NO_TOKEN = -1;

  /** Where the smallest symbol that starts at {@code start} ends. */
  int symbolEnd(byte[] text, int start);

  /** The token that is exactly {@code text[from, to)}, or {@link #NO_TOKEN}. */
  int symbol(byte[] text, int from, int to);

  /**
   * What the symbols {@code text[left, middle)} and {@code text[middle, end)} join to.
   *
   * @param tokens the token of the symbol that starts at an index, or {@link #NO_TOKEN}
   * @return the priority (lower goes first) in the upper 32 bits and the joined token in the lower
   *     ones, which are {@link #NO_TOKEN} when the two are not joined
   */
  long join(byte[] text, int[] tokens, int left, int middle, int end);
}
