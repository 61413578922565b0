package io.maque.template;

import java.util.Locale;

/** Python's changes of letter case. */
final class LetterCase {
  private LetterCase() {}

  static Text apply(String name, Text text) {
    String value = text.value;
    return text.respelled(
        switch (name) {
          case "lower" -> value.toLowerCase(Locale.ROOT);
          case "upper" -> value.toUpperCase(Locale.ROOT);
          case "capitalize" -> capitalize(value);
          case "casefold" -> value.replace("ß", "ss").toLowerCase(Locale.ROOT).replace('ς', 'σ');
          case "swapcase" -> swap(value);
          default -> title(value);
        });
  }

  static String capitalize(String value) {
    if (value.isEmpty()) {
      return value;
    }
    int first = Character.charCount(value.codePointAt(0));
    return titled(value.codePointAt(0)) + value.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String titled(int c) {
    int title = Character.toTitleCase(c);
    return title == c && Character.isLowerCase(c)
        ? capitalized(Character.toString(c).toUpperCase(Locale.ROOT))
        : Character.toString(title);
  }

  /** Several letters for one, as for ß: only the first of them stays a capital. */
  private static String capitalized(String upper) {
    return upper.substring(0, 1) + upper.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String swap(String value) {
    StringBuilder out = new StringBuilder(value.length());
    value
        .codePoints()
        .forEach(c -> {
          String one = Character.toString(c);
          out.append(
              Character.isUpperCase(c)
                  ? one.toLowerCase(Locale.ROOT)
                  : Character.isLowerCase(c) ? one.toUpperCase(Locale.ROOT) : one);
        });
    return out.toString();
  }

  /** Capitals behind everything that is not a letter with case. */
  private static String title(String value) {
    StringBuilder out = new StringBuilder(value.length());
    boolean insideWord = false;
    for (int c : value.codePoints().toArray()) {
      out.append(insideWord ? Character.toString(c).toLowerCase(Locale.ROOT) : titled(c));
      insideWord = Characters.isCased(c);
    }
    return out.toString();
  }

  /** The {@code title} filter of jinja2, whose words begin behind spaces and opening brackets. */
  static String titleFilter(String value) {
    StringBuilder out = new StringBuilder(value.length());
    int start = 0;
    for (int i = 1; i <= value.length(); i++) {
      if (i == value.length() || startsWord(value, i)) {
        appendTitled(value.substring(start, i), out);
        start = i;
      }
    }
    return out.toString();
  }

  private static boolean startsWord(String value, int i) {
    return isWordSeparator(value.charAt(i - 1)) && !isWordSeparator(value.charAt(i));
  }

  private static boolean isWordSeparator(char c) {
    return "-({[<".indexOf(c) >= 0 || Characters.isSpace(c);
  }

  private static void appendTitled(String part, StringBuilder out) {
    if (!part.isEmpty()) {
      int first = Character.charCount(part.codePointAt(0));
      out.append(part.substring(0, first).toUpperCase(Locale.ROOT))
          .append(part.substring(first).toLowerCase(Locale.ROOT));
    }
  }
}
