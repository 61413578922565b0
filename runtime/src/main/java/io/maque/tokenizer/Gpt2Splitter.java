package io.maque.tokenizer;

/**
 * GPT-2's cut: {@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}.
 *
 * <p>With {@code digitsAlone} (StarCoder, SmolLM) every {@code \p{N}} is first cut out as a piece
 * of its own, and the expression then runs on the text between them.
 */
record Gpt2Splitter(boolean digitsAlone) implements Splitter {
  @Override
  public int next(String text, int from, int to) {
    int contraction = Contractions.end(text, from, to, false);
    if (contraction > from) {
      return contraction;
    }
    int start = text.charAt(from) == ' ' && from + 1 < to ? from + 1 : from;
    byte kind = CharClass.at(text, start);
    if (kind == CharClass.NUMBER && digitsAlone) {
      return start > from ? start : CharClass.end(text, start, to);
    }
    if (kind == CharClass.SPACE) {
      return spaces(text, from, to);
    }
    int end = CharClass.end(text, start, to);
    while (end < to && same(kind, CharClass.at(text, end))) {
      end = CharClass.end(text, end, to);
    }
    return end;
  }

  /** Whether both are letters, both numbers, or neither is any of letter, number and space. */
  private static boolean same(byte a, byte b) {
    return a == b
        || (a == CharClass.OTHER || a == CharClass.MARK)
            && (b == CharClass.OTHER || b == CharClass.MARK);
  }

  /** A run of white space, less its last character when a word follows that takes it along. */
  private int spaces(String text, int from, int to) {
    int end = from + 1;
    while (end < to && CharClass.isSpace(text.charAt(end))) {
      end++;
    }
    boolean wordFollows = end < to && !(digitsAlone && CharClass.at(text, end) == CharClass.NUMBER);
    return wordFollows && end - from > 1 ? end - 1 : end;
  }
}
