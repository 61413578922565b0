package io.maque.template;

import java.math.BigInteger;
import java.util.Locale;

/**
 * Python's format specification {@code
 * [[fill]align][sign][#][0][width][grouping][.precision][type]}.
 *
 * @param align one of {@code < > ^ =}, {@code 0} for zeros behind the sign of a number, or 0 for
 *     the default of the type
 * @param sign {@code +}, {@code -} or a space, or 0 when absent
 * @param grouping {@code ,} or {@code _} between groups of digits, or 0
 * @param precision -1 when absent
 * @param type 0 when absent
 */
record FormatSpec(
    int fill,
    char align,
    char sign,
    boolean alternate,
    int width,
    char grouping,
    int precision,
    char type) {

  static FormatSpec parse(String spec) {
    int at = 0;
    int fill = ' ';
    char align = 0;
    int first = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
    if (spec.length() > first && first > 0 && isAlign(spec.charAt(first))) {
      fill = spec.codePointAt(0);
      align = spec.charAt(first);
      at = first + 1;
    } else if (!spec.isEmpty() && isAlign(spec.charAt(0))) {
      align = spec.charAt(0);
      at = 1;
    }
    char sign = charAt(spec, at);
    at += sign == '+' || sign == '-' || sign == ' ' ? 1 : 0;
    boolean alternate = charAt(spec, at) == '#';
    at += alternate ? 1 : 0;
    if (charAt(spec, at) == '0') {
      at++;
      if (align == 0) {
        fill = '0';
        align = '0';
      }
    }
    int digits = digitsEnd(spec, at);
    int width = number(spec, at, digits, 0);
    at = digits;
    char grouping = charAt(spec, at);
    at += grouping == ',' || grouping == '_' ? 1 : 0;
    int precision = -1;
    if (charAt(spec, at) == '.') {
      digits = digitsEnd(spec, at + 1);
      precision = number(spec, at + 1, digits, -1);
      at = digits;
    }
    char type = charAt(spec, at);
    if (at + (type == 0 ? 0 : 1) < spec.length() || spec.endsWith(".")) {
      throw new TemplateException("format: invalid format specifier '" + spec + "'");
    }
    return new FormatSpec(
        fill,
        align,
        sign == '+' || sign == '-' || sign == ' ' ? sign : 0,
        alternate,
        width,
        grouping == ',' || grouping == '_' ? grouping : 0,
        precision,
        type);
  }

  private static boolean isAlign(char c) {
    return c == '<' || c == '>' || c == '^' || c == '=';
  }

  private static char charAt(String spec, int at) {
    return at < spec.length() ? spec.charAt(at) : 0;
  }

  private static int digitsEnd(String spec, int at) {
    int end = at;
    while (charAt(spec, end) >= '0' && charAt(spec, end) <= '9') {
      end++;
    }
    return end;
  }

  private static int number(String spec, int from, int to, int absent) {
    return from == to
        ? absent
        : to - from > 9 ? 1_000_000_000 : Integer.parseInt(spec, from, to, 10);
  }

  /** The value as the specification wants it. */
  Text apply(Object value, Budget budget) {
    budget.string(Math.max(width, 0) + (long) Math.max(precision, 0));
    if (value instanceof Text text) {
      boolean forNumbers = align == '=' || sign != 0 || grouping != 0 || alternate;
      if (type != 0 && type != 's' || forNumbers) {
        throw new TemplateException("format: a string does not allow this format");
      }
      boolean cut = precision >= 0 && precision < text.length();
      return aligned(cut ? text.slice(0, precision) : text, '<', budget);
    }
    if (!Numbers.isNumber(value)) {
      throw new TemplateException(
          "format: a value of type '%s' does not allow a format".formatted(Types.name(value)));
    }
    return aligned(Text.literal(number(value)), align == '0' ? '=' : '>', budget);
  }

  private Text aligned(Text text, char byDefault, Budget budget) {
    int missing = width - text.length();
    if (missing <= 0) {
      return text;
    }
    char side = align == 0 || align == '0' ? byDefault : align;
    String filler = Character.toString(fill);
    int left = side == '<' ? 0 : side == '^' ? missing / 2 : missing;
    boolean signed = !text.value.isEmpty() && "+- ".indexOf(text.value.charAt(0)) >= 0;
    int split = side == '=' && signed ? 1 : 0;
    return new TextBuilder(budget)
        .append(text, 0, split)
        .append(filler.repeat(left))
        .append(text, split, text.value.length())
        .append(filler.repeat(missing - left))
        .toText();
  }

  private String number(Object value) {
    boolean integral = type == 0 || "bcdoxXn".indexOf(type) >= 0;
    String digits = integral && !(value instanceof Double) ? integer(value) : real(value);
    boolean negative = digits.startsWith("-");
    String plain = negative ? digits.substring(1) : digits;
    String prefix = negative ? "-" : sign == 0 || sign == '-' ? "" : String.valueOf(sign);
    return prefix + (grouping == 0 ? plain : grouped(plain));
  }

  private String integer(Object value) {
    if (precision >= 0) {
      throw new TemplateException("format: an integer does not allow a precision");
    }
    BigInteger big = Numbers.big(value);
    if (type == 'c') {
      return Character.toString(Types.count(value, "format"));
    }
    int radix = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    String prefix = alternate && radix != 10 ? "0" + type : "";
    String digits = big.abs().toString(radix);
    return (big.signum() < 0 ? "-" : "")
        + prefix
        + (type == 'X' ? digits.toUpperCase(Locale.ROOT) : digits);
  }

  private String real(Object value) {
    double number = Numbers.toDouble(value);
    int digits = precision < 0 ? 6 : precision;
    return switch (type) {
      case 'f' -> Floats.fixed(number, digits);
      case 'F' -> Floats.fixed(number, digits).toUpperCase(Locale.ROOT);
      case 'e' -> Floats.scientific(number, digits);
      case 'E' -> Floats.scientific(number, digits).toUpperCase(Locale.ROOT);
      case 'g', 'n' -> Floats.general(number, digits, alternate);
      case 'G' -> Floats.general(number, digits, alternate).toUpperCase(Locale.ROOT);
      case '%' -> Floats.fixed(number * 100, digits) + "%";
      case 0 -> precision < 0 ? Floats.repr(number) : general(number);
      default ->
          throw new TemplateException("format: unknown format code '" + type + "' for a float");
    };
  }

  /** A precision without a type: like {@code g}, but with at least one digit behind the point. */
  private String general(double number) {
    String text = Floats.general(number, precision, alternate);
    boolean whole = text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    boolean fits = text.replace("-", "").length() < Math.max(precision, 1);
    return whole ? (fits ? text + ".0" : Floats.scientific(number, precision - 1)) : text;
  }

  private String grouped(String digits) {
    int end = 0;
    while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0) {
      end++;
    }
    int size = type == 'x' || type == 'X' || type == 'b' || type == 'o' ? 4 : 3;
    StringBuilder out = new StringBuilder(digits);
    for (int at = end - size; at > 0; at -= size) {
      out.insert(at, grouping);
    }
    return out.toString();
  }
}
