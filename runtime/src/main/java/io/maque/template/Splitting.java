package io.maque.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Python's {@code split}, {@code rsplit} and {@code splitlines}. */
final class Splitting {
  private Splitting() {}

  /** Words between runs of white space; at most {@code limit} splits unless it is negative. */
  static List<Object> words(Text text, int limit, boolean fromRight, Budget budget) {
    List<Object> words = new ArrayList<>();
    String value = text.value;
    int start = Characters.skipSpace(value, 0, value.length());
    int end = Characters.trimEnd(value, start, value.length());
    while (start < end) {
      budget.step();
      boolean rest = limit >= 0 && words.size() == limit;
      if (fromRight) {
        int word = end;
        while (word > start && !Characters.isSpace(value.charAt(word - 1))) {
          word--;
        }
        // The remainder keeps the white space before it.
        words.add(text.cut(rest ? 0 : word, end));
        end = rest ? start : Characters.trimEnd(value, start, word);
      } else {
        int word = start;
        while (word < end && !Characters.isSpace(value.charAt(word))) {
          word++;
        }
        words.add(text.cut(start, rest ? value.length() : word));
        start = rest ? end : Characters.skipSpace(value, word, end);
      }
    }
    if (fromRight) {
      Collections.reverse(words);
    }
    return words;
  }

  static List<Object> by(Text text, String by, int limit, boolean fromRight, Budget budget) {
    List<Object> parts = new ArrayList<>();
    String value = text.value;
    if (fromRight) {
      int end = value.length();
      int at = TextSearch.lastIndexOf(value, by, end, budget);
      while (at >= 0 && parts.size() != limit) {
        budget.step();
        parts.add(text.cut(at + by.length(), end));
        end = at;
        at = TextSearch.lastIndexOf(value, by, end, budget);
      }
      parts.add(text.cut(0, end));
      Collections.reverse(parts);
      return parts;
    }
    int start = 0;
    int at = TextSearch.indexOf(value, by, 0, budget);
    while (at >= 0 && parts.size() != limit) {
      budget.step();
      parts.add(text.cut(start, at));
      start = at + by.length();
      at = TextSearch.indexOf(value, by, start, budget);
    }
    parts.add(text.cut(start, value.length()));
    return parts;
  }

  static List<Object> lines(Text text, boolean keepEnds, Budget budget) {
    List<Object> lines = new ArrayList<>();
    String value = text.value;
    int start = 0;
    for (int i = 0; i < value.length(); i++) {
      if (Characters.isLineBreak(value.charAt(i))) {
        budget.step();
        int end = i;
        if (value.charAt(i) == '\r' && i + 1 < value.length() && value.charAt(i + 1) == '\n') {
          i++;
        }
        lines.add(text.cut(start, keepEnds ? i + 1 : end));
        start = i + 1;
      }
    }
    if (start < value.length()) {
      lines.add(text.cut(start, value.length()));
    }
    return lines;
  }
}
