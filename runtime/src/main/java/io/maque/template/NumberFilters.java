package io.maque.template;

/** The filters {@code int}, {@code float}, {@code round} and {@code filesizeformat}. */
final class NumberFilters {
  private static final String[] PREFIXES = {"k", "M", "G", "T", "P", "E", "Z", "Y"};

  private NumberFilters() {}

  static Object apply(String name, Object value, Arguments arguments, Budget budget) {
    return switch (name) {
      case "int" -> {
        Object[] given = arguments.bind(name, 0, "default", "base");
        int base = Types.count(Arguments.or(given[1], 10L), name);
        yield toInteger(value, Arguments.or(given[0], 0L), base);
      }
      case "float" -> {
        Object fallback = Arguments.or(arguments.bind(name, 0, "default")[0], 0.0);
        yield toFloat(value, fallback);
      }
      case "round" -> {
        Object[] given = arguments.bind(name, 0, "precision", "method");
        Object precision = Arguments.or(given[0], 0L);
        Text method = Types.text(Arguments.or(given[1], Text.literal("common")), name);
        yield round(value, precision, method.value, budget);
      }
      default -> {
        Object binary = Arguments.or(arguments.bind(name, 0, "binary")[0], false);
        yield Text.literal(fileSize(requireFloat(value), Types.isTrue(binary)));
      }
    };
  }

  private static Object toInteger(Object value, Object fallback, int base) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (Numbers.isInteger(value)) {
      return Arithmetic.positive(value);
    }
    if (value instanceof Double number) {
      return number.isNaN() ? fallback : Numbers.truncate(number, "int");
    }
    if (!(value instanceof Text text)) {
      return fallback;
    }
    boolean validBase = base == 0 || base >= 2 && base <= 36;
    Object integer = validBase ? Numbers.parseInteger(text.value, base) : null;
    if (integer != null) {
      return integer;
    }
    Double number = Floats.parse(text.value);
    return number == null || number.isNaN() || number.isInfinite()
        ? fallback
        : Numbers.truncate(number, "int");
  }

  private static Object toFloat(Object value, Object fallback) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (Numbers.isNumber(value)) {
      return Numbers.toDouble(value);
    }
    Double number = value instanceof Text text ? Floats.parse(text.value) : null;
    return number == null ? fallback : number;
  }

  private static double requireFloat(Object value) {
    Object number = toFloat(value, Arguments.ABSENT);
    if (number == Arguments.ABSENT) {
      throw Types.expected("filesizeformat", "a number", value);
    }
    return (Double) number;
  }

  private static Object round(Object value, Object precision, String method, Budget budget) {
    if (!method.equals("common") && !method.equals("ceil") && !method.equals("floor")) {
      throw new TemplateException("round: expected method common, ceil or floor");
    }
    if (!Numbers.isNumber(value)) {
      throw new TemplateException(
          "round: expected a number, found a value of type '%s'".formatted(Types.name(value)));
    }
    if (method.equals("common")) {
      int digits = precision == null ? 0 : Types.count(precision, "round");
      if (value instanceof Double number) {
        return precision == null
            ? Numbers.truncate(Math.rint(number), "round")
            : (Object) Floats.round(number, digits);
      }
      return digits >= 0
          ? Arithmetic.positive(value)
          : Numbers.normalize(
              new java.math.BigDecimal(Numbers.big(value))
                  .setScale(Math.max(digits, -20_000), java.math.RoundingMode.HALF_EVEN)
                  .toBigInteger());
    }
    Object factor = Arithmetic.power(10L, precision, budget);
    Object scaled = Arithmetic.multiply(value, factor, budget);
    Object whole =
        scaled instanceof Double number
            ? Numbers.truncate(
                method.equals("ceil") ? Math.ceil(number) : Math.floor(number), "round")
            : scaled;
    return Arithmetic.divide(whole, factor);
  }

  private static String fileSize(double bytes, boolean binary) {
    int base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return "1 Byte";
    }
    if (bytes < base) {
      return Numbers.repr(Numbers.truncate(bytes, "filesizeformat")) + " Bytes";
    }
    double unit = base;
    int power = 0;
    while (power < PREFIXES.length - 1 && bytes >= unit * base) {
      unit *= base;
      power++;
    }
    String prefix = PREFIXES[power];
    String name = binary ? prefix.toUpperCase(java.util.Locale.ROOT) + "iB" : prefix + "B";
    return Floats.fixed(bytes / unit, 1) + " " + name;
  }
}
