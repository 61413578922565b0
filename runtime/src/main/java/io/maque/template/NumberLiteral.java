package io.maque.template;

/** Where the numbers of an expression end; underscores may separate digits. */
final class NumberLiteral {
  private NumberLiteral() {}

  /** Offset behind a float (digits with a fraction, an exponent or both), or -1. */
  static int floatEnd(String source, int start) {
    int whole = digits(source, start, 10);
    int end = whole;
    if (charAt(source, end) == '.') {
      int fraction = digits(source, end + 1, 10);
      if (fraction > end + 1) {
        end = fraction;
      }
    }
    if ((charAt(source, end) | 0x20) == 'e') {
      char sign = charAt(source, end + 1);
      int exponent = end + (sign == '+' || sign == '-' ? 2 : 1);
      int exponentEnd = digits(source, exponent, 10);
      if (exponentEnd > exponent) {
        return exponentEnd;
      }
    }
    return end > whole ? end : -1;
  }

  /** Offset behind an integer; a zero ends at the next other digit, as in jinja2. */
  static int integerEnd(String source, int start) {
    if (source.charAt(start) != '0') {
      return digits(source, start, 10);
    }
    int radix =
        switch (charAt(source, start + 1) | 0x20) {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 0;
        };
    int from = start + (charAt(source, start + 2) == '_' ? 3 : 2);
    if (radix > 0 && digits(source, from, radix) > from) {
      return digits(source, from, radix);
    }
    int end = start + 1;
    while (charAt(source, end) == '0'
        || charAt(source, end) == '_' && charAt(source, end + 1) == '0') {
      end++;
    }
    return end;
  }

  private static int digits(String source, int start, int radix) {
    int end = start;
    while (isDigit(charAt(source, end), radix)
        || end > start && charAt(source, end) == '_' && isDigit(charAt(source, end + 1), radix)) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  private static char charAt(String source, int index) {
    return index < source.length() ? source.charAt(index) : '\0';
  }
}
