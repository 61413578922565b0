package io.maque.template;

/**
 * Substring search whose time is bounded: linear also for the inputs that make naive search crawl.
 */
final class TextSearch {
  /** Below this product of lengths the plain search of the JDK cannot take long. */
  private static final long PLAIN_PRODUCT = 1 << 22;

  private TextSearch() {}

  /** Offset of the first occurrence at or behind {@code from}, or -1. */
  static int indexOf(String text, String part, int from, Budget budget) {
    int found = find(text, part, from);
    budget.work((found < 0 ? text.length() : found) - from);
    return found;
  }

  private static int find(String text, String part, int from) {
    if ((long) part.length() * (text.length() - from) <= PLAIN_PRODUCT || part.length() <= 2) {
      return text.indexOf(part, from);
    }
    int[] fallback = fallback(part);
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
        matched = fallback[matched];
      }
      if (text.charAt(i) == part.charAt(matched) && ++matched == part.length()) {
        return i + 1 - matched;
      }
    }
    return -1;
  }

  /** Knuth, Morris and Pratt: for each matched length the longest border to go on with. */
  private static int[] fallback(String part) {
    int[] fallback = new int[part.length() + 1];
    int border = 0;
    for (int i = 1; i < part.length(); i++) {
      while (border > 0 && part.charAt(i) != part.charAt(border)) {
        border = fallback[border];
      }
      if (part.charAt(i) == part.charAt(border)) {
        border++;
      }
      fallback[i + 1] = border;
    }
    return fallback;
  }

  /** Offset of the last occurrence that ends at or before {@code to}, or -1. */
  static int lastIndexOf(String text, String part, int to, Budget budget) {
    if (to < part.length()) {
      return -1;
    }
    if ((long) part.length() * to <= PLAIN_PRODUCT || part.length() <= 2) {
      budget.work(to);
      return text.lastIndexOf(part, to - part.length());
    }
    String mirrored = new StringBuilder(text.substring(0, to)).reverse().toString();
    int found = indexOf(mirrored, new StringBuilder(part).reverse().toString(), 0, budget);
    return found < 0 ? -1 : to - found - part.length();
  }
}
