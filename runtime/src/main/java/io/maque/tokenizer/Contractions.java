package io.maque.tokenizer;

/** {@code 's|'t|'re|'ve|'m|'ll|'d}, the first alternative of every English-minded splitter. */
final class Contractions {
  private Contractions() {}

  /** Where the contraction at {@code from} ends, or {@code from} when there is none. */
  static int end(String text, int from, int to, boolean ignoreCase) {
    if (text.charAt(from) != '\'' || from + 1 == to) {
      return from;
    }
    char first = letter(text, from + 1, ignoreCase);
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return from + 2;
    }
    if (from + 2 == to) {
      return from;
    }
    char second = letter(text, from + 2, ignoreCase);
    boolean two = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
    return two ? from + 3 : from;
  }

  private static char letter(String text, int at, boolean ignoreCase) {
    char c = text.charAt(at);
    return ignoreCase && c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
