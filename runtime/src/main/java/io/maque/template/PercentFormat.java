package io.maque.template;

import java.math.BigInteger;
import java.util.Locale;

/** Python's {@code format % values}. */
final class PercentFormat {
  private final Text format;
  private final Object values;
  private final Budget budget;
  private final TextBuilder out;
  private int at;
  private int used;

  private PercentFormat(Text format, Object values, Budget budget) {
    this.format = format;
    this.values = values;
    this.budget = budget;
    this.out = new TextBuilder(budget);
  }

  static Text format(Text format, Object values, Budget budget) {
    PercentFormat formatter = new PercentFormat(format, values, budget);
    formatter.run();
    return formatter.out.toText().asMarkup(format.markup);
  }

  private void run() {
    String pattern = format.value;
    int copied = 0;
    for (at = pattern.indexOf('%'); at >= 0; at = pattern.indexOf('%', copied)) {
      out.append(format, copied, at);
      at++;
      conversion();
      copied = at;
    }
    out.append(format, copied, pattern.length());
    boolean several = values instanceof Sequence sequence && sequence.tuple;
    int available = several ? ((Sequence) values).items.length : 1;
    boolean mapping =
        values instanceof Dict
            || values instanceof Undefined
            || values instanceof IntRange
            || values instanceof Sequence && !several;
    if (used < available && !mapping) {
      throw new TemplateException("%: not all arguments converted during string formatting");
    }
  }

  private char peek() {
    if (at >= format.value.length()) {
      throw new TemplateException("%: incomplete format");
    }
    return format.value.charAt(at);
  }

  private void conversion() {
    Object named = Arguments.ABSENT;
    if (peek() == '(') {
      int close = format.value.indexOf(')', at);
      if (close < 0 || !(values instanceof Dict dict)) {
        throw new TemplateException("%(name): expected a mapping behind %");
      }
      Dict.Entry entry = dict.find(format.value.substring(at + 1, close));
      if (entry == null) {
        throw new TemplateException(
            "%%(name): no key '%s'".formatted(format.value.substring(at + 1, close)));
      }
      named = entry.value();
      at = close + 1;
    }
    String flags = "";
    while ("-+ 0#".indexOf(peek()) >= 0) {
      flags = flags + format.value.charAt(at++);
    }
    int width = number();
    if (width < 0) {
      flags = flags + "-";
      width = -width;
    }
    int precision = -1;
    if (peek() == '.') {
      at++;
      precision = Math.max(0, number());
    }
    while ("hlL".indexOf(peek()) >= 0) {
      at++;
    }
    char kind = peek();
    at++;
    if (kind == '%') {
      out.append("%");
      return;
    }
    Object value = named == Arguments.ABSENT ? nextValue() : named;
    budget.string((long) width + Math.max(precision, 0));
    pad(converted(kind, value, flags, precision), flags, width, "diouxXeEfFgG".indexOf(kind) >= 0);
  }

  private int number() {
    if (peek() == '*') {
      at++;
      return Types.count(nextValue(), "%*");
    }
    long number = 0;
    while (peek() >= '0' && peek() <= '9') {
      number = Math.min(number * 10 + format.value.charAt(at++) - '0', 1L << 30);
    }
    return (int) number;
  }

  private Object nextValue() {
    if (values instanceof Sequence sequence && sequence.tuple) {
      if (used >= sequence.items.length) {
        throw new TemplateException("%: not enough arguments for format string");
      }
      return sequence.items[used++];
    }
    if (used++ > 0) {
      throw new TemplateException("%: not enough arguments for format string");
    }
    return values;
  }

  private Text converted(char kind, Object value, String flags, int precision) {
    switch (kind) {
      case 's', 'r', 'a' -> {
        Text text = kind == 's' ? Printer.str(value, budget) : Printer.repr(value, budget);
        return precision >= 0 && precision < text.length() ? text.slice(0, precision) : text;
      }
      case 'c' -> {
        if (value instanceof Text text && text.length() == 1) {
          return text;
        }
        int code = Types.count(value, "%c");
        if (!Character.isValidCodePoint(code)) {
          throw new TemplateException("%c: expected a character");
        }
        return Text.literal(Character.toString(code));
      }
      case 'd', 'i', 'u', 'x', 'X', 'o' -> {
        return Text.literal(signed(integer(kind, value, flags, precision), flags));
      }
      case 'e', 'E', 'f', 'F', 'g', 'G' -> {
        if (!Numbers.isNumber(value)) {
          throw Types.expected("%" + kind, "a number", value);
        }
        int digits = precision < 0 ? 6 : precision;
        double number = Numbers.toDouble(value);
        String text =
            switch (Character.toLowerCase(kind)) {
              case 'e' -> Floats.scientific(number, digits);
              case 'f' -> Floats.fixed(number, digits);
              default -> Floats.general(number, digits, flags.indexOf('#') >= 0);
            };
        boolean upper = Character.isUpperCase(kind);
        return Text.literal(signed(upper ? text.toUpperCase(Locale.ROOT) : text, flags));
      }
      default -> throw new TemplateException("%: unsupported format character '" + kind + "'");
    }
  }

  private static String integer(char kind, Object value, String flags, int precision) {
    boolean decimal = "diu".indexOf(kind) >= 0;
    if (!Numbers.isInteger(value) && !(decimal && value instanceof Double)) {
      throw Types.expected("%" + kind, decimal ? "a number" : "an integer", value);
    }
    Object integer = value instanceof Double number ? Numbers.truncate(number, "%" + kind) : value;
    BigInteger big = Numbers.big(integer);
    String digits =
        decimal
            ? Numbers.repr(Numbers.normalize(big.abs()))
            : big.abs().toString(kind == 'o' ? 8 : 16);
    if (digits.length() < precision) {
      digits = "0".repeat(precision - digits.length()) + digits;
    }
    if (flags.indexOf('#') >= 0 && !decimal) {
      digits = (kind == 'o' ? "0o" : "0x") + digits;
    }
    return (big.signum() < 0 ? "-" : "") + (kind == 'X' ? digits.toUpperCase(Locale.ROOT) : digits);
  }

  private static String signed(String number, String flags) {
    if (number.startsWith("-")) {
      return number;
    }
    return flags.indexOf('+') >= 0 ? "+" + number : flags.indexOf(' ') >= 0 ? " " + number : number;
  }

  private void pad(Text text, String flags, int width, boolean number) {
    int missing = Math.max(0, width - text.length());
    if (flags.indexOf('-') >= 0) {
      out.append(text).append(" ".repeat(missing));
    } else if (flags.indexOf('0') >= 0 && number) {
      int sign = text.value.isEmpty() || "+- ".indexOf(text.value.charAt(0)) < 0 ? 0 : 1;
      out.append(text, 0, sign).append("0".repeat(missing)).append(text, sign, text.value.length());
    } else {
      out.append(" ".repeat(missing)).append(text);
    }
  }
}
