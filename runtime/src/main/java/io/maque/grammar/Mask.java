package io.maque.grammar;

/**
 * What can be said of all tokens in a state without knowing the stack below: those that stay within
 * it, and the nodes of the tree at which a token leaves it, whose branches go on in the stack.
 *
 * <p>In a counted rule both depend on how many items are left. Such a rule may end behind nearly
 * every byte, so its exits are the nodes behind one byte more, and sought for that byte when a
 * stack first reads it.
 */
final class Mask {
  /** Frames of the highest stack that any token leads to, from the state's own on. */
  final int height;

  private final ItemList tokens;
  private final ItemList exits;
  private final ItemList[] exitsByLabel;

  /** All tokens as bits, or null when they are so few that the list is quicker. */
  private final long[] words;

  /**
   * @param exits nodes where tokens leave; null in a counted rule
   */
  Mask(ItemList tokens, ItemList exits, int height, int vocabularySize) {
    this.tokens = tokens;
    this.exits = exits;
    this.exitsByLabel = exits == null ? new ItemList[256] : null;
    this.height = height;
    int wordCount = (vocabularySize + 63) >> 6;
    if (tokens.size() > wordCount / 4) {
      words = new long[wordCount];
      add(tokens.size(), words);
    } else {
      words = null;
    }
  }

  private void add(int count, long[] target) {
    for (int i = 0; i < count; i++) {
      int id = tokens.value(i);
      target[id >> 6] |= 1L << id;
    }
  }

  /** Adds the tokens that begin at most {@code items} items. */
  void addTokens(long[] target, int items) {
    int count = tokens.upTo(items);
    if (words == null || count <= tokens.size() / 2) {
      add(count, target);
      return;
    }
    long[] fewer = words;
    if (count < tokens.size()) {
      fewer = words.clone();
      for (int i = count; i < tokens.size(); i++) {
        int id = tokens.value(i);
        fewer[id >> 6] &= ~(1L << id);
      }
    }
    for (int i = 0; i < fewer.length; i++) {
      target[i] |= fewer[i];
    }
  }

  /** Nodes where tokens leave a plain rule. */
  ItemList exits() {
    return exits;
  }

  /** Nodes behind {@code label} behind the end of a counted rule; null before they were sought. */
  ItemList exits(int label) {
    return exitsByLabel[label];
  }

  void setExits(int label, ItemList found) {
    exitsByLabel[label] = found;
  }

  /** About how much memory this takes. */
  int bytes() {
    int listed = tokens.size() + (exits == null ? 0 : exits.size());
    return 8 * listed + (words == null ? 0 : 8 * words.length);
  }
}
