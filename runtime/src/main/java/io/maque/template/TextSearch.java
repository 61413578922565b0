package io.maque.template;

/**
 * Substring search whose time is bounded: linear also for the inputs that make naive search crawl.
 */
final class TextSearch {
  /** Up to this length of the part, or this product of lengths, the plain search is fast enough. */
  private static final int PLAIN_LENGTH = 32;

  private static final long PLAIN_PRODUCT = 1 << 20;

  /** How much slower the bounded search passes over a character than the plain one. */
  private static final long SLOW = 8;

  private TextSearch() {}

  /** Offset of the first occurrence at or behind {@code from}, or -1. */
  static int indexOf(String text, String part, int from, Budget budget) {
    boolean plain = isPlain(part, text.length() - from);
    int found = plain ? text.indexOf(part, from) : search(text, part, from);
    long scanned = (found < 0 ? text.length() : found) - from;
    budget.work(plain ? scanned : SLOW * (scanned + part.length()));
    return found;
  }

  private static boolean isPlain(String part, long scanned) {
    return part.length() <= PLAIN_LENGTH || part.length() * scanned <= PLAIN_PRODUCT;
  }

  private static int search(String text, String part, int from) {
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
    if (isPlain(part, to)) {
      int found = text.lastIndexOf(part, to - part.length());
      budget.work(found < 0 ? to : to - found);
      return found;
    }
    String mirrored = new StringBuilder(text.substring(0, to)).reverse().toString();
    int found = indexOf(mirrored, new StringBuilder(part).reverse().toString(), 0, budget);
    return found < 0 ? -1 : to - found - part.length();
  }
}
