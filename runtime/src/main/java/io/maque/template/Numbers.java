package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The number kinds: {@code Boolean}, {@code Long}, {@code BigInteger} beyond it, {@code Double}.
 */
final class Numbers {
  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  /** Decimal digits beyond which Python refuses to convert between integers and strings. */
  private static final int MAX_DIGITS = 4300;

  private Numbers() {}

  static boolean isInteger(Object value) {
    return value instanceof Long || value instanceof Boolean || value instanceof BigInteger;
  }

  static boolean isNumber(Object value) {
    return isInteger(value) || value instanceof Double;
  }

  static boolean isSmall(Object value) {
    return value instanceof Long || value instanceof Boolean;
  }

  /** The value of a {@code Long} or {@code Boolean}. */
  static long small(Object value) {
    return value instanceof Boolean flag ? (flag ? 1 : 0) : (Long) value;
  }

  static BigInteger big(Object integer) {
    return integer instanceof BigInteger big ? big : BigInteger.valueOf(small(integer));
  }

  /** A {@code Long} where it fits, else the {@code BigInteger}. */
  static Object normalize(BigInteger value) {
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /** A number as a float; integers beyond the range of floats are refused, as in Python. */
  static double toDouble(Object number) {
    if (number instanceof Double value) {
      return value;
    }
    if (isSmall(number)) {
      return small(number);
    }
    double value = ((BigInteger) number).doubleValue();
    if (Double.isInfinite(value)) {
      throw new TemplateException("an integer is too large to convert to float");
    }
    return value;
  }

  /** Python's {@code int(float)}: cut towards zero. */
  static Object truncate(double value, String where) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new TemplateException(where + ": cannot convert float " + Floats.repr(value));
    }
    return Math.abs(value) < 0x1p62
        ? (Object) (long) value
        : normalize(new BigDecimal(value).toBigInteger());
  }

  /** An integer used as an index or count, clipped to what a {@code long} can hold. */
  static long clippedIndex(Object value, String where) {
    if (isSmall(value)) {
      return small(value);
    }
    if (value instanceof BigInteger big) {
      return big.max(MIN_LONG).min(MAX_LONG).signum() < 0 ? -(1L << 40) : 1L << 40;
    }
    throw Types.expected(where, "an integer", value);
  }

  static String repr(Object integer) {
    if (integer instanceof BigInteger big) {
      String digits = big.bitLength() > MAX_DIGITS * 4 ? null : big.toString();
      if (digits == null || digits.length() > MAX_DIGITS + (big.signum() < 0 ? 1 : 0)) {
        throw new TemplateException(
            "an integer of more than %d digits cannot become a string".formatted(MAX_DIGITS));
      }
      return digits;
    }
    return Long.toString(small(integer));
  }

  /**
   * Python's {@code int(text, base)}, or null when the text is not an integer: spaces around, a
   * sign, single underscores between digits, a prefix such as {@code 0x} when the base allows it.
   */
  static Object parseInteger(String text, int base) {
    String digits = Characters.strip(text);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = base;
    if (digits.length() > 2 && digits.charAt(0) == '0') {
      int prefixed =
          switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
          };
      if (prefixed != 0 && (base == prefixed || base == 0)) {
        radix = prefixed;
        digits = digits.substring(digits.charAt(2) == '_' ? 3 : 2);
      }
    }
    if (radix == 0) {
      radix = 10;
      if (digits.length() > 1 && digits.charAt(0) == '0' && !digits.matches("0[0_]*")) {
        return null;
      }
    }
    String plain = withoutUnderscores(digits);
    if (plain == null || plain.isEmpty() || plain.length() > MAX_DIGITS) {
      return null;
    }
    for (int i = 0; i < plain.length(); i++) {
      if (Character.digit(plain.charAt(i), radix) < 0) {
        return null;
      }
    }
    BigInteger value = new BigInteger(plain, radix);
    return normalize(negative ? value.negate() : value);
  }

  /** Digits without their single separating underscores; null when one is misplaced. */
  static String withoutUnderscores(String digits) {
    if (digits.indexOf('_') < 0) {
      return digits;
    }
    if (digits.startsWith("_") || digits.endsWith("_") || digits.contains("__")) {
      return null;
    }
    return digits.replace("_", "");
  }
}
