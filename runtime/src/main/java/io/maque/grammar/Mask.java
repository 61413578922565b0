package io.maque.grammar;

import java.util.Arrays;

/**
 * What can be said of all tokens in a state without knowing the stack below: those that stay within
 * it, and the nodes of the tree at which a token leaves it, whose branches go on in the stack.
 *
 * <p>In a counted rule both depend on how many items are left. Tokens and exits are therefore kept
 * in the order of how many items they begin; elsewhere that is 0 for all.
 */
final class Mask {
  private final int[] tokens;
  private final int[] tokenItems;
  private final int[] exits;
  private final int[] exitItems;

  /** Frames of the highest stack that any token leads to, from the state's own on. */
  final int height;

  /** All tokens as bits, or null when they are so few that the list is quicker. */
  private final long[] words;

  private Mask(Builder builder, int vocabularySize) {
    height = builder.height;
    tokens = sorted(builder.tokens, builder.tokenItems, builder.tokenCount);
    tokenItems = sortedItems(builder.tokenItems, builder.tokenCount);
    exits = sorted(builder.exits, builder.exitItems, builder.exitCount);
    exitItems = sortedItems(builder.exitItems, builder.exitCount);
    int wordCount = (vocabularySize + 63) >> 6;
    if (tokens.length > wordCount / 4) {
      words = new long[wordCount];
      for (int id : tokens) {
        words[id >> 6] |= 1L << id;
      }
    } else {
      words = null;
    }
  }

  /** Stable, by counting: the numbers of items are small. */
  private static int[] sorted(int[] values, int[] items, int count) {
    int most = 0;
    for (int i = 0; i < count; i++) {
      most = Math.max(most, items[i]);
    }
    int[] places = new int[most + 2];
    for (int i = 0; i < count; i++) {
      places[items[i] + 1]++;
    }
    for (int i = 1; i < places.length; i++) {
      places[i] += places[i - 1];
    }
    int[] sorted = new int[count];
    for (int i = 0; i < count; i++) {
      sorted[places[items[i]]++] = values[i];
    }
    return sorted;
  }

  private static int[] sortedItems(int[] items, int count) {
    int[] sorted = Arrays.copyOf(items, count);
    Arrays.sort(sorted);
    return sorted;
  }

  /** Adds the tokens that begin at most {@code items} items. */
  void addTokens(long[] target, int items) {
    int count = upTo(tokenItems, items);
    if (words != null && count > tokens.length / 2) {
      if (count == tokens.length) {
        for (int i = 0; i < words.length; i++) {
          target[i] |= words[i];
        }
        return;
      }
      long[] fewer = words.clone();
      for (int i = count; i < tokens.length; i++) {
        fewer[tokens[i] >> 6] &= ~(1L << tokens[i]);
      }
      for (int i = 0; i < fewer.length; i++) {
        target[i] |= fewer[i];
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      target[tokens[i] >> 6] |= 1L << tokens[i];
    }
  }

  /** The first exit that begins {@code items} items or more. */
  int firstExit(int items) {
    return items <= 0 ? 0 : upTo(exitItems, items - 1);
  }

  /** The first exit that begins more than {@code items} items. */
  int endOfExits(int items) {
    return upTo(exitItems, items);
  }

  /** How many of an ascending list are at most {@code limit}. */
  private static int upTo(int[] ascending, int limit) {
    int from = 0;
    int to = ascending.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (ascending[middle] <= limit) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** A node at which tokens leave. */
  int exit(int i) {
    return exits[i];
  }

  /** About how much memory this takes. */
  int bytes() {
    return 8 * (tokens.length + exits.length) + (words == null ? 0 : 8 * words.length);
  }

  /** Collects tokens and exits. */
  static final class Builder {
    private int[] tokens = new int[16];
    private int[] tokenItems = new int[16];
    private int tokenCount;
    private int[] exits = new int[16];
    private int[] exitItems = new int[16];
    private int exitCount;
    private int height = 1;

    void reach(int frames) {
      height = Math.max(height, frames);
    }

    void addToken(int id, int items) {
      if (tokenCount == tokens.length) {
        tokens = Arrays.copyOf(tokens, 2 * tokenCount);
        tokenItems = Arrays.copyOf(tokenItems, 2 * tokenCount);
      }
      tokens[tokenCount] = id;
      tokenItems[tokenCount++] = items;
    }

    void addExit(int node, int items) {
      if (exitCount == exits.length) {
        exits = Arrays.copyOf(exits, 2 * exitCount);
        exitItems = Arrays.copyOf(exitItems, 2 * exitCount);
      }
      exits[exitCount] = node;
      exitItems[exitCount++] = items;
    }

    Mask build(int vocabularySize) {
      return new Mask(this, vocabularySize);
    }
  }
}
