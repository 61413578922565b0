package io.maque.tokenizer;

import java.util.BitSet;
import java.util.TreeMap;

/**
 * Finds the tokens that are recognised by their spelling before a text is cut into pieces.
 *
 * <p>Spellings lie sorted, so that all that share a prefix are neighbours: reading the text
 * character by character narrows a range until it is empty. The cost of a position is the length of
 * its longest partial match, whatever the number of spellings (Gemma has 6,400).
 */
final class SpecialTokens {
  private static final int NONE = -1;

  private final Vocabulary vocabulary;
  private final String[] spellings;
  private final int[] ids;
  private final BitSet firstChars = new BitSet();

  SpecialTokens(Vocabulary vocabulary, Spelling spelling) {
    this.vocabulary = vocabulary;
    TreeMap<String, Integer> sorted = new TreeMap<>();
    vocabulary
        .verbatimIds()
        .forEach((piece, id) -> {
          if (!piece.isEmpty() && isRecognised(id)) {
            sorted.merge(spelling.inText(piece), id, Math::min);
          }
        });
    spellings = sorted.keySet().toArray(String[]::new);
    ids = sorted.values().stream().mapToInt(Integer::intValue).toArray();
    for (String text : spellings) {
      firstChars.set(text.charAt(0));
    }
  }

  private boolean isRecognised(int id) {
    return switch (vocabulary.type(id)) {
      case CONTROL, USER_DEFINED -> true;
      // Some files call padding rows unknown; only the one named by id is meant.
      case UNKNOWN -> id == vocabulary.unknown();
      case NORMAL, UNUSED, BYTE -> false;
    };
  }

  /**
   * The longest token whose spelling starts at {@code at} and may be meant there.
   *
   * @param parseEnd until where control spellings mean the token; at most {@code at} for nowhere
   * @return its number among the special tokens, for {@link #id} and {@link #length}, or -1
   */
  int match(String text, int at, int parseEnd) {
    if (!firstChars.get(text.charAt(at))) {
      return NONE;
    }
    int found = NONE;
    int low = 0;
    int high = spellings.length;
    for (int depth = 0; low < high; depth++) {
      if (spellings[low].length() == depth) {
        if (at + depth <= parseEnd || vocabulary.type(ids[low]) == TokenType.USER_DEFINED) {
          found = low;
        }
        low++;
      }
      if (at + depth == text.length()) {
        break;
      }
      char c = text.charAt(at + depth);
      low = firstNotBelow(c, depth, low, high);
      high = firstNotBelow(c + 1, depth, low, high);
    }
    return found;
  }

  /** The first of {@code [low, high)} whose character at {@code depth} is {@code c} or above. */
  private int firstNotBelow(int c, int depth, int low, int high) {
    while (low < high) {
      int middle = low + high >>> 1;
      if (spellings[middle].charAt(depth) < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The id of special token number {@code match}. */
  int id(int match) {
    return ids[match];
  }

  /** The characters that special token number {@code match} takes up in a text. */
  int length(int match) {
    return spellings[match].length();
  }
}
