package io.maque.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;

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

  SpecialTokens(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    spellings =
        vocabulary.verbatimIds().entrySet().stream()
            .filter(entry -> isRecognised(entry.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toArray(String[]::new);
    ids = Arrays.stream(spellings).mapToInt(vocabulary::find).toArray();
    for (String spelling : spellings) {
      firstChars.set(spelling.charAt(0));
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
   * @return the id, or -1
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
          found = ids[low];
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

  /** Characters of a token's spelling. */
  int length(int id) {
    return vocabulary.piece(id).length();
  }
}
