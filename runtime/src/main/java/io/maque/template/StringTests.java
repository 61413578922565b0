package io.maque.template;

import java.util.function.IntPredicate;

/** Python's {@code str.is…} methods. */
final class StringTests {
  private StringTests() {}

  /** The answer to the method {@code name}. */
  static boolean apply(String name, String text) {
    return switch (name) {
      case "isalpha" -> all(text, Character::isLetter);
      case "isdigit" -> all(text, Characters::isDigit);
      case "isdecimal" -> all(text, Character::isDigit);
      case "isnumeric" -> all(text, Characters::isNumeric);
      case "isalnum" -> all(text, c -> Character.isLetter(c) || Characters.isNumeric(c));
      case "isspace" -> all(text, Characters::isSpace);
      case "isascii" -> text.isEmpty() || all(text, c -> c < 128);
      case "isprintable" -> text.isEmpty() || all(text, Characters::isPrintable);
      case "islower" -> isLower(text);
      case "isupper" -> isUpper(text);
      case "istitle" -> isTitle(text);
      default -> isIdentifier(text);
    };
  }

  private static boolean all(String text, IntPredicate property) {
    return !text.isEmpty() && text.codePoints().allMatch(property);
  }

  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  private static boolean isTitle(String text) {
    boolean insideWord = false;
    boolean found = false;
    for (int c : text.codePoints().toArray()) {
      boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
      boolean lower = Character.isLowerCase(c);
      if (upper && insideWord || lower && !insideWord) {
        return false;
      }
      insideWord = upper || lower;
      found |= insideWord;
    }
    return found;
  }

  private static boolean isIdentifier(String text) {
    return !text.isEmpty()
        && (text.charAt(0) == '_' || Character.isUnicodeIdentifierStart(text.codePointAt(0)))
        && all(
            text,
            c ->
                c == '_'
                    || Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c));
  }
}
