package io.maque.template;

/** Python's string literals: where they end and what their escapes mean. */
final class StringLiteral {
  private StringLiteral() {}

  /** Offset behind the closing quote of the string at {@code start}, or -1. */
  static int end(String source, int start) {
    char quote = source.charAt(start);
    for (int i = start + 1; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == quote) {
        return i + 1;
      }
    }
    return -1;
  }

  /** The characters that the inside of a literal stands for. */
  static String decode(String inside, int line) {
    if (inside.indexOf('\\') < 0) {
      return inside;
    }
    StringBuilder out = new StringBuilder(inside.length());
    int i = 0;
    while (i < inside.length()) {
      char c = inside.charAt(i++);
      if (c == '\\') {
        i = escape(inside, i, out, line);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** Decodes the escape whose letter is at {@code i}; answers the offset behind it. */
  private static int escape(String inside, int i, StringBuilder out, int line) {
    char c = inside.charAt(i);
    int simple = "\\'\"abfnrtv".indexOf(c);
    if (simple >= 0) {
      out.append("\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
      return i + 1;
    }
    if (c == '\n') {
      return i + 1;
    }
    if (c >= '0' && c <= '7') {
      int end = i + 1;
      while (end < Math.min(inside.length(), i + 3) && isOctal(inside.charAt(end))) {
        end++;
      }
      out.append((char) Integer.parseInt(inside, i, end, 8));
      return end;
    }
    return switch (c) {
      case 'x' -> hexadecimal(inside, i + 1, 2, out, line);
      case 'u' -> hexadecimal(inside, i + 1, 4, out, line);
      case 'U' -> hexadecimal(inside, i + 1, 8, out, line);
      case 'N' -> named(inside, i + 1, out, line);
      default -> unknown(inside, i, out);
    };
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }

  private static int hexadecimal(
      String inside, int start, int digits, StringBuilder out, int line) {
    int end = start + digits;
    boolean valid = end <= inside.length();
    for (int i = start; valid && i < end; i++) {
      valid = inside.charAt(i) < 128 && Character.digit(inside.charAt(i), 16) >= 0;
    }
    long value = valid ? Long.parseLong(inside, start, end, 16) : -1;
    if (value < 0 || value > Character.MAX_CODE_POINT) {
      throw new TemplateSyntaxException(
          "string escape: expected %d hexadecimal digits of a character".formatted(digits), line);
    }
    out.appendCodePoint((int) value);
    return end;
  }

  private static int named(String inside, int start, StringBuilder out, int line) {
    int end = inside.indexOf('}', start);
    if (end > start && inside.charAt(start) == '{') {
      try {
        out.appendCodePoint(Character.codePointOf(inside.substring(start + 1, end)));
        return end + 1;
      } catch (IllegalArgumentException unknownName) {
        throw new TemplateSyntaxException("string escape: unknown character name", line);
      }
    }
    throw new TemplateSyntaxException("string escape: expected \\N{name}", line);
  }

  /**
   * An unknown escape stays as it is. jinja2 decodes by way of ASCII, so that a backslash before
   * another character leaves that character's own escape behind; templates see the same here.
   */
  private static int unknown(String inside, int i, StringBuilder out) {
    int c = inside.codePointAt(i);
    out.append('\\');
    if (c < 128) {
      out.append((char) c);
    } else if (c < 0x100) {
      out.append('x').append(Printer.hex(c, 2));
    } else if (c < 0x10000) {
      out.append('u').append(Printer.hex(c, 4));
    } else {
      out.append('U').append(Printer.hex(c, 8));
    }
    return i + Character.charCount(c);
  }
}
