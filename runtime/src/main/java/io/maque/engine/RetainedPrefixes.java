package io.maque.engine;

import io.maque.cache.BlockTable;
import io.maque.cache.KvCache;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Keys and values that finished sequences left behind, so that the next turn of a conversation need
 * not compute the earlier ones again. At most one new sequence takes an entry over. Oldest entries
 * go first when there are too many or when their blocks are needed.
 */
final class RetainedPrefixes {
  private final KvCache cache;
  private final int limit;
  private final Deque<Entry> entries = new ArrayDeque<>();

  private record Entry(int[] tokens, BlockTable blocks) {}

  /**
   * @param limit most entries
   */
  RetainedPrefixes(KvCache cache, int limit) {
    this.cache = cache;
    this.limit = limit;
  }

  /** Keeps what a sequence computed; its block table must not be used any more. */
  void add(Sequence sequence) {
    if (sequence.computed() == 0) {
      cache.release(sequence.blockTable());
      return;
    }
    if (entries.size() == limit) {
      evictOldest();
    }
    entries.addLast(new Entry(sequence.tokens(0, sequence.computed()), sequence.blockTable()));
  }

  /**
   * Gives the entry that shares the longest prefix with {@code sequence} to it, unless that would
   * waste more than half of the entry: it likely belongs to another conversation that begins alike.
   *
   * @return tokens whose keys and values are at hand now; less than the sequence has, since the
   *     last one must be computed for its logits
   */
  int takeFor(Sequence sequence) {
    Entry best = null;
    int bestLength = 0;
    for (Entry entry : entries) {
      int common = commonPrefix(entry.tokens, sequence);
      if (common > bestLength && 2 * common >= entry.tokens.length) {
        best = entry;
        bestLength = common;
      }
    }
    if (best == null) {
      return 0;
    }
    entries.remove(best);
    cache.truncate(best.blocks, bestLength);
    sequence.adopt(best.blocks);
    return bestLength;
  }

  /** Frees the blocks of the oldest entry; {@code false} when there is none. */
  boolean evictOldest() {
    Entry oldest = entries.pollFirst();
    if (oldest == null) {
      return false;
    }
    cache.release(oldest.blocks);
    return true;
  }

  /** Blocks that all entries hold. */
  int blocks() {
    int blocks = 0;
    for (Entry entry : entries) {
      blocks += entry.blocks.count();
    }
    return blocks;
  }

  private static int commonPrefix(int[] tokens, Sequence sequence) {
    int limit = Math.min(tokens.length, sequence.length() - 1);
    int common = 0;
    while (common < limit && tokens[common] == sequence.token(common)) {
      common++;
    }
    return common;
  }
}
