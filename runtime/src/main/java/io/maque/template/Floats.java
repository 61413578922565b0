package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Python's spelling of floats: shortest digits, exponents below 1e-4 and from 1e16 on. */
final class Floats {
  private Floats() {}

  static String repr(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    return scientific(shortest, exponent);
  }

  private static String scientific(BigDecimal value, int exponent) {
    String digits = value.unscaledValue().abs().toString();
    StringBuilder out = new StringBuilder(value.signum() < 0 ? "-" : "").append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    return out.append(exponent(exponent)).toString();
  }

  private static String exponent(int exponent) {
    int size = Math.abs(exponent);
    return (exponent < 0 ? "e-" : "e+") + (size < 10 ? "0" : "") + size;
  }

  /**
   * Python's {@code float(text)}, or null: spaces around, sign, decimals, exponent, underscores
   * between digits, {@code inf}, {@code infinity}, {@code nan} in any case.
   */
  static Double parse(String text) {
    String plain = Characters.strip(text);
    int sign = plain.startsWith("-") || plain.startsWith("+") ? 1 : 0;
    String unsigned = plain.substring(sign).toLowerCase(java.util.Locale.ROOT);
    double factor = plain.startsWith("-") ? -1 : 1;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return factor * Double.POSITIVE_INFINITY;
    }
    if (unsigned.equals("nan")) {
      return Double.NaN;
    }
    boolean digitSeen = false;
    for (int i = 0; i < unsigned.length(); i++) {
      char c = unsigned.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      boolean between =
          c == '_'
              && i > 0
              && i + 1 < unsigned.length()
              && Character.isDigit(unsigned.charAt(i - 1))
              && Character.isDigit(unsigned.charAt(i + 1));
      boolean exponentSign = (c == '+' || c == '-') && i > 0 && unsigned.charAt(i - 1) == 'e';
      if (!digit && !between && !exponentSign && c != '.' && c != 'e') {
        return null;
      }
      digitSeen |= digit;
    }
    if (!digitSeen) {
      return null;
    }
    try {
      return factor * Double.parseDouble(unsigned.replace("_", ""));
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** {@code %.{precision}f}: exact decimal rounding, half to even. */
  static String fixed(double value, int precision) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return repr(value);
    }
    String digits =
        new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    return negative(value) && !digits.startsWith("-") ? "-" + digits : digits;
  }

  /** {@code %.{precision}e}. */
  static String scientific(double value, int precision) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return repr(value);
    }
    if (value == 0) {
      String zeros = precision > 0 ? "." + "0".repeat(precision) : "";
      return (negative(value) ? "-0" : "0") + zeros + "e+00";
    }
    BigDecimal rounded = significant(value, precision + 1);
    int exponent = rounded.precision() - rounded.scale() - 1;
    String digits = rounded.unscaledValue().abs().toString();
    digits = digits + "0".repeat(precision + 1 - digits.length());
    return (negative(value) ? "-" : "")
        + digits.charAt(0)
        + (precision > 0 ? "." + digits.substring(1) : "")
        + exponent(exponent);
  }

  /** {@code %.{precision}g}; {@code alternate} keeps trailing zeros. */
  static String general(double value, int precision, boolean alternate) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return repr(value);
    }
    int digits = Math.max(precision, 1);
    if (value == 0) {
      return (negative(value) ? "-0" : "0") + (alternate ? "." + "0".repeat(digits - 1) : "");
    }
    BigDecimal rounded = significant(value, digits);
    int exponent = rounded.precision() - rounded.scale() - 1;
    boolean plain = exponent >= -4 && exponent < digits;
    String text = plain ? fixed(value, digits - 1 - exponent) : scientific(value, digits - 1);
    if (alternate || text.indexOf('.') < 0) {
      return text;
    }
    int split = text.indexOf('e') < 0 ? text.length() : text.indexOf('e');
    int end = split;
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    if (text.charAt(end - 1) == '.') {
      end--;
    }
    return text.substring(0, end) + text.substring(split);
  }

  private static BigDecimal significant(double value, int digits) {
    return new BigDecimal(value).round(new java.math.MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static boolean negative(double value) {
    return value < 0 || (value == 0 && 1 / value < 0);
  }

  /** Python's {@code round(value, digits)} of a float. */
  static double round(double value, int digits) {
    if (Double.isNaN(value) || Double.isInfinite(value) || digits > 400) {
      return value;
    }
    if (digits < -400) {
      return Math.copySign(0.0, value);
    }
    double rounded = new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).doubleValue();
    return rounded == 0 ? Math.copySign(0.0, value) : rounded;
  }

  /** Orders a float against an integer without losing digits of either. */
  static int compare(double left, BigInteger right) {
    if (Double.isInfinite(left)) {
      return left > 0 ? 1 : -1;
    }
    return new BigDecimal(left).compareTo(new BigDecimal(right));
  }
}
