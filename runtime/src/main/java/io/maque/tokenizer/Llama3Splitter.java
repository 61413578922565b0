package io.maque.tokenizer;

/**
 * Llama 3's cut, also that of Qwen and GLM: {@code
 * (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,maxDigits}|
 * ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}.
 *
 * @param maxDigits numbers are cut after so many digits: 3 for Llama 3, 1 for Qwen
 * @param marksInWords whether {@code \p{M}} counts as a letter, as in Qwen 3.5
 */
record Llama3Splitter(int maxDigits, boolean marksInWords) implements Splitter {
  @Override
  public int next(String text, int from, int to) {
    int contraction = Contractions.end(text, from, to, true);
    if (contraction > from) {
      return contraction;
    }
    byte kind = CharClass.at(text, from);
    int second = CharClass.end(text, from, to);
    if (kind == CharClass.NUMBER) {
      return numbers(text, second, to);
    }
    char c = text.charAt(from);
    boolean newline = isNewline(c);
    if (isWord(kind) || !newline && second < to && isWord(CharClass.at(text, second))) {
      return words(text, second, to);
    }
    int start = c == ' ' && second < to ? second : from;
    if (isOther(CharClass.at(text, start))) {
      return others(text, start, to);
    }
    return spaces(text, from, to);
  }

  private int numbers(String text, int second, int to) {
    int end = second;
    for (int digits = 1;
        digits < maxDigits && end < to && CharClass.at(text, end) == CharClass.NUMBER;
        digits++) {
      end = CharClass.end(text, end, to);
    }
    return end;
  }

  private int words(String text, int at, int to) {
    int end = at;
    while (end < to && isWord(CharClass.at(text, end))) {
      end = CharClass.end(text, end, to);
    }
    return end;
  }

  private int others(String text, int at, int to) {
    int end = at;
    while (end < to && isOther(CharClass.at(text, end))) {
      end = CharClass.end(text, end, to);
    }
    while (end < to && isNewline(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /**
   * A run of white space: to its last newline if it has one, else less its last character when a
   * word follows that takes it along.
   */
  private static int spaces(String text, int from, int to) {
    int end = from;
    int afterNewline = from;
    while (end < to && CharClass.isSpace(text.charAt(end))) {
      if (isNewline(text.charAt(end++))) {
        afterNewline = end;
      }
    }
    if (afterNewline > from) {
      return afterNewline;
    }
    return end < to && end - from > 1 ? end - 1 : end;
  }

  private boolean isWord(byte kind) {
    return kind == CharClass.LETTER || marksInWords && kind == CharClass.MARK;
  }

  private boolean isOther(byte kind) {
    return kind == CharClass.OTHER || !marksInWords && kind == CharClass.MARK;
  }

  private static boolean isNewline(char c) {
    return c == '\n' || c == '\r';
  }
}
