package io.maque.grammar;

/**
 * Ranges of code points as sequences of byte ranges (Thompson's UTF-8 automaton): a range is cut
 * where the number of bytes changes, and then until every byte but the last is one value or all
 * continuation bytes that follow are free.
 */
final class Utf8Ranges {
  private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF};
  private static final int SURROGATES_BEGIN = 0xD800;
  private static final int SURROGATES_END = 0xE000;

  private Utf8Ranges() {}

  /** Adds paths to {@code nfa} that read one character from {@code first} to {@code last}. */
  static void add(Nfa nfa, int from, int first, int last, int to) {
    int begin = first;
    for (int i = 0; i < LAST_OF_LENGTH.length && begin <= last; i++) {
      int end = Math.min(last, LAST_OF_LENGTH[i]);
      if (begin <= end) {
        withoutSurrogates(nfa, from, begin, end, i + 1, to);
        begin = end + 1;
      }
    }
  }

  private static void withoutSurrogates(
      Nfa nfa, int from, int first, int last, int length, int to) {
    if (first < SURROGATES_BEGIN && last >= SURROGATES_BEGIN) {
      cut(nfa, from, first, SURROGATES_BEGIN - 1, length, to);
    }
    if (last >= SURROGATES_END && first < SURROGATES_END) {
      cut(nfa, from, SURROGATES_END, last, length, to);
    }
    if (last < SURROGATES_BEGIN || first >= SURROGATES_END) {
      cut(nfa, from, first, last, length, to);
    }
  }

  private static void cut(Nfa nfa, int from, int first, int last, int length, int to) {
    for (int bits = 6; bits < 6 * length; bits += 6) {
      int mask = (1 << bits) - 1;
      if ((first & ~mask) != (last & ~mask)) {
        if ((first & mask) != 0) {
          cut(nfa, from, first, first | mask, length, to);
          cut(nfa, from, (first | mask) + 1, last, length, to);
          return;
        }
        if ((last & mask) != mask) {
          cut(nfa, from, first, (last & ~mask) - 1, length, to);
          cut(nfa, from, last & ~mask, last, length, to);
          return;
        }
      }
    }
    path(nfa, from, first, last, length, to);
  }

  private static void path(Nfa nfa, int from, int first, int last, int length, int to) {
    int state = from;
    for (int i = length - 1; i >= 0; i--) {
      int next = i == 0 ? to : nfa.newState();
      boolean lead = i == length - 1;
      nfa.read(state, unit(first, i, length, lead), unit(last, i, length, lead), next);
      state = next;
    }
  }

  private static int unit(int codePoint, int i, int length, boolean lead) {
    int bits = codePoint >> 6 * i;
    if (!lead) {
      return 0x80 | bits & 0x3F;
    }
    return length == 1 ? bits : 0xF00 >> length & 0xFF | bits;
  }
}
