package io.maque.tokenizer;

import java.util.Arrays;

/**
 * Finds a token by the bytes of its text: an open-addressing table over the one byte array that
 * holds all tokens, so that looking up a stretch of text makes no object.
 */
final class PieceTable {
  private static final int EMPTY = 0;

  private final byte[] texts;
  private final int[] starts;

  /** Id + 1 of a token, or {@link #EMPTY}; at most half are taken. */
  private final int[] slots;

  private int longest;

  /**
   * An empty table.
   *
   * @param texts the text of all tokens, one after the other
   * @param starts where the text of token {@code i} starts; it ends where the next one starts
   */
  PieceTable(byte[] texts, int[] starts) {
    this.texts = texts;
    this.starts = starts;
    this.slots = new int[Math.max(2, Integer.highestOneBit(starts.length) * 4)];
  }

  /** Adds a token unless one with the same text is there already. */
  boolean add(int id) {
    int from = starts[id];
    int to = starts[id + 1];
    int slot = slot(texts, from, to);
    if (slots[slot] != EMPTY) {
      return false;
    }
    slots[slot] = id + 1;
    longest = Math.max(longest, to - from);
    return true;
  }

  /** The token whose text is {@code bytes[from, to)}, or -1. */
  int find(byte[] bytes, int from, int to) {
    return to - from > longest ? -1 : slots[slot(bytes, from, to)] - 1;
  }

  /** The slot that holds this text, or the free one where it belongs. */
  private int slot(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    hash *= 0x9E3779B9;
    int mask = slots.length - 1;
    int slot = (hash ^ hash >>> 15) & mask;
    while (slots[slot] != EMPTY) {
      int id = slots[slot] - 1;
      if (Arrays.equals(texts, starts[id], starts[id + 1], bytes, from, to)) {
        return slot;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
