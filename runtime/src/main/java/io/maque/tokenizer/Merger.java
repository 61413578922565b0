package io.maque.tokenizer;

import java.util.Arrays;

/**
 * Joins the symbols of one piece, best pair first and leftmost among equals, until no pair is left.
 *
 * <p>A symbol is known by the index of its first byte. The first and the last byte of each hold the
 * index of the other, which makes a doubly linked list out of one array. Pairs wait in a heap;
 * those that an earlier join took apart are found out when they come up. A piece of n bytes takes
 * O(n log n) steps, so a word of ten megabytes is no way to stop a server.
 *
 * <p>Belongs to one thread; its arrays grow with the longest piece.
 */
final class Merger {
  /** Token of an index where no symbol starts any more. */
  private static final int JOINED_AWAY = -2;

  private final MergeRules rules;
  private byte[] text;
  private int length;
  private int[] tokens = new int[64];
  private int[] other = new int[64];
  private long[] heap = new long[64];
  private int heapSize;

  Merger(MergeRules rules) {
    this.rules = rules;
  }

  /** Joins the symbols of {@code piece[0, pieceLength)}; {@link #next} then walks over them. */
  void merge(byte[] piece, int pieceLength) {
    text = piece;
    length = pieceLength;
    heapSize = 0;
    if (tokens.length < length) {
      int capacity = Math.max(length, (int) Math.min(2L * tokens.length, Integer.MAX_VALUE - 8));
      tokens = new int[capacity];
      other = new int[capacity];
    }
    int end;
    for (int at = 0; at < length; at = end) {
      end = rules.symbolEnd(text, at);
      tokens[at] = rules.symbol(text, at, end);
      link(at, end);
      if (at > 0) {
        offer(other[at - 1], at);
      }
    }
    while (heapSize > 0) {
      long best = poll();
      joinIfCurrent((int) (best >> 32), (int) best);
    }
  }

  private void joinIfCurrent(int priority, int left) {
    if (tokens[left] == JOINED_AWAY || next(left) == length) {
      return;
    }
    int middle = next(left);
    int end = next(middle);
    long join = rules.join(text, tokens, left, middle, end);
    if ((int) join < 0 || (int) (join >> 32) != priority) {
      return;
    }
    tokens[left] = (int) join;
    tokens[middle] = JOINED_AWAY;
    link(left, end);
    if (left > 0) {
      offer(other[left - 1], left);
    }
    if (end < length) {
      offer(left, end);
    }
  }

  private void link(int start, int end) {
    other[start] = end - 1;
    other[end - 1] = start;
  }

  /** Where the symbol after the one at {@code start} starts, or the length of the piece. */
  int next(int start) {
    return other[start] + 1;
  }

  /** The token of the symbol at {@code start}, or {@link MergeRules#NO_TOKEN}. */
  int token(int start) {
    return tokens[start];
  }

  private void offer(int left, int middle) {
    long join = rules.join(text, tokens, left, middle, next(middle));
    if ((int) join >= 0) {
      push(join & 0xFFFF_FFFF_0000_0000L | left);
    }
  }

  private void push(long entry) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, heapSize + (heapSize >> 1));
    }
    int at = heapSize++;
    while (at > 0) {
      int parent = at - 1 >> 1;
      if (heap[parent] <= entry) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  private long poll() {
    long best = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    int child;
    while ((child = 2 * at + 1) < heapSize) {
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (last <= heap[child]) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return best;
  }
}
