package io.maque.tokenizer;

/**
 * The Unicode classes that pre-tokenisation tells apart: {@code \p{L}}, {@code \p{N}}, {@code \s}
 * (the White_Space property) and {@code \p{M}}; everything else is {@link #OTHER}.
 */
final class CharClass {
  static final byte OTHER = 0;
  static final byte LETTER = 1;
  static final byte NUMBER = 2;
  static final byte SPACE = 3;
  static final byte MARK = 4;

  private static final byte[] BASIC_PLANE = new byte[Character.MIN_SUPPLEMENTARY_CODE_POINT];

  static {
    for (int c = 0; c < BASIC_PLANE.length; c++) {
      BASIC_PLANE[c] = classify(c);
    }
  }

  private CharClass() {}

  /** The class of the code point at {@code at}; {@link #OTHER} for half a surrogate pair. */
  static byte at(String text, int at) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c) ? classify(text.codePointAt(at)) : BASIC_PLANE[c];
  }

  /** Where the code point at {@code at} ends, {@code to} at most. */
  static int end(String text, int at, int to) {
    boolean pair =
        Character.isHighSurrogate(text.charAt(at))
            && at + 1 < to
            && Character.isLowSurrogate(text.charAt(at + 1));
    return pair ? at + 2 : at + 1;
  }

  /** All of White_Space lies in the basic plane. */
  static boolean isSpace(char c) {
    return BASIC_PLANE[c] == SPACE;
  }

  private static byte classify(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          MARK;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      default -> codePoint >= '\t' && codePoint <= '\r' || codePoint == 0x85 ? SPACE : OTHER;
    };
  }
}
