package io.maque.server.schema;

import static io.maque.grammar.Expression.any;
import static io.maque.grammar.Expression.choice;
import static io.maque.grammar.Expression.literal;
import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.range;
import static io.maque.grammar.Expression.repeat;
import static io.maque.grammar.Expression.sequence;
import static io.maque.server.schema.JsonRules.DIGIT;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.grammar.Expression;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers between bounds, digit by digit. Bounded numbers are written without exponent.
 *
 * @param lower least value, or null
 * @param upper greatest value, or null
 */
record NumberRules(Bound lower, Bound upper) {
  private static final int MAX_BOUND_DIGITS = 40;
  private static final BigDecimal LARGEST =
      BigDecimal.TEN.pow(JsonRules.MAX_DIGITS).subtract(BigDecimal.ONE);

  /** A bound, and whether the number may be equal to it. */
  record Bound(BigDecimal value, boolean inclusive) {}

  static NumberRules read(ObjectNode schema, String pointer) {
    if (schema.has("multipleOf")) {
      throw new UnsupportedSchemaException(
          pointer + "/multipleOf",
          "multipleOf is not supported: leave it out and check the answer");
    }
    Bound lower = stricter(schema, pointer, "minimum", "exclusiveMinimum", 1);
    Bound upper = stricter(schema, pointer, "maximum", "exclusiveMaximum", -1);
    if (lower != null && upper != null && lower.value().compareTo(upper.value()) > 0) {
      throw new UnsupportedSchemaException(
          pointer, "expected the least number to be at most the greatest");
    }
    return new NumberRules(lower, upper);
  }

  private static Bound stricter(
      ObjectNode schema, String pointer, String inclusive, String exclusive, int sign) {
    BigDecimal weak = bound(schema, pointer, inclusive);
    BigDecimal strict = bound(schema, pointer, exclusive);
    if (strict != null && (weak == null || sign * strict.compareTo(weak) >= 0)) {
      return new Bound(strict, false);
    }
    return weak == null ? null : new Bound(weak, true);
  }

  private static BigDecimal bound(ObjectNode schema, String pointer, String keyword) {
    if (!schema.has(keyword)) {
      return null;
    }
    if (!schema.get(keyword).isNumber()) {
      throw new UnsupportedSchemaException(pointer + "/" + keyword, "expected a number");
    }
    // What is beyond a double was read as infinity.
    boolean finite = Double.isFinite(schema.get(keyword).doubleValue());
    BigDecimal value =
        finite ? schema.get(keyword).decimalValue().stripTrailingZeros() : BigDecimal.ZERO;
    if (!finite
        || value.precision() > MAX_BOUND_DIGITS
        || Math.abs((long) value.scale()) > MAX_BOUND_DIGITS) {
      throw new UnsupportedSchemaException(
          pointer + "/" + keyword,
          "expected a number of at most %d digits".formatted(MAX_BOUND_DIGITS));
    }
    return value;
  }

  /** Whole numbers. */
  Expression integers() {
    if (lower == null && upper == null) {
      return JsonRules.INTEGER;
    }
    BigDecimal least = lower == null ? LARGEST.negate() : whole(lower, RoundingMode.CEILING, 1);
    BigDecimal most = upper == null ? LARGEST : whole(upper, RoundingMode.FLOOR, -1);
    long from = least.max(LARGEST.negate()).min(LARGEST.add(BigDecimal.ONE)).longValueExact();
    long to = most.min(LARGEST).max(LARGEST.negate().subtract(BigDecimal.ONE)).longValueExact();
    List<Expression> options = new ArrayList<>();
    if (from < 0 && from <= to) {
      long nearest = Math.max(1, -to);
      options.add(sequence(literal("-"), naturals(nearest, -from)));
    }
    if (to >= 0 && from <= to) {
      options.add(naturals(Math.max(0, from), to));
    }
    return new Expression.Choice(options);
  }

  private static BigDecimal whole(Bound bound, RoundingMode rounding, int step) {
    BigDecimal rounded = bound.value().setScale(0, rounding);
    boolean excluded = !bound.inclusive() && rounded.compareTo(bound.value()) == 0;
    return excluded ? rounded.add(BigDecimal.valueOf(step)) : rounded;
  }

  /** Natural numbers from {@code from} to {@code to}, without leading zeros. */
  private static Expression naturals(long from, long to) {
    List<Expression> options = new ArrayList<>();
    long first = from;
    while (first <= to) {
      String digits = Long.toString(first);
      long last = digits.length() > JsonRules.MAX_DIGITS ? to : Math.min(to, power(digits) - 1);
      options.add(sameLength(digits, Long.toString(last)));
      first = last + 1;
    }
    return new Expression.Choice(options);
  }

  /** The least number with one more digit. */
  private static long power(String digits) {
    return Long.parseLong("1" + "0".repeat(digits.length()));
  }

  /** Numbers of as many digits as both bounds have. */
  private static Expression sameLength(String from, String to) {
    int length = from.length();
    if (from.equals("0".repeat(length)) && to.equals("9".repeat(length))) {
      return repeat(DIGIT, length, length);
    }
    char low = from.charAt(0);
    char high = to.charAt(0);
    String fromRest = from.substring(1);
    String toRest = to.substring(1);
    if (low == high) {
      return sequence(range(low, low), sameLength(fromRest, toRest));
    }
    List<Expression> options = new ArrayList<>();
    options.add(sequence(range(low, low), sameLength(fromRest, "9".repeat(fromRest.length()))));
    if (low + 1 < high) {
      options.add(
          sequence(range(low + 1, high - 1), repeat(DIGIT, fromRest.length(), fromRest.length())));
    }
    options.add(sequence(range(high, high), sameLength("0".repeat(toRest.length()), toRest)));
    return new Expression.Choice(options);
  }

  /** All numbers. */
  Expression numbers() {
    if (lower == null && upper == null) {
      return JsonRules.NUMBER;
    }
    List<Expression> options = new ArrayList<>();
    if (lower == null || lower.value().signum() < 0) {
      Bound least = negated(upper);
      boolean below = upper != null && upper.value().signum() <= 0;
      options.add(sequence(literal("-"), magnitudes(below ? least : null, negated(lower))));
    }
    if (upper == null || upper.value().signum() >= 0) {
      boolean above = lower != null && lower.value().signum() >= 0;
      options.add(magnitudes(above ? lower : null, upper));
    }
    return new Expression.Choice(options);
  }

  private static Bound negated(Bound bound) {
    return bound == null ? null : new Bound(bound.value().negate(), bound.inclusive());
  }

  /** Decimals without sign. */
  private static Expression magnitudes(Bound least, Bound most) {
    Expression whole =
        choice(literal("0"), sequence(range('1', '9'), repeat(DIGIT, 0, JsonRules.MAX_DIGITS - 1)));
    Expression all = sequence(whole, optional(JsonRules.FRACTION));
    if (least != null) {
      all = new Expression.Both(all, atLeast(least));
    }
    return most == null ? all : new Expression.Both(all, atMost(most));
  }

  private static Expression atLeast(Bound bound) {
    BigDecimal whole = bound.value().setScale(0, RoundingMode.DOWN);
    List<Expression> options = new ArrayList<>();
    if (whole.compareTo(LARGEST) < 0) {
      options.add(sequence(naturals(whole.longValueExact() + 1, LARGEST.longValueExact()), rest()));
    }
    String fraction = fraction(bound.value());
    List<Expression> tails = new ArrayList<>();
    if (fraction.isEmpty() && bound.inclusive()) {
      tails.add(rest());
    }
    // Greater at one digit, or equal in all and something behind.
    for (int i = 0; i < fraction.length(); i++) {
      if (fraction.charAt(i) < '9') {
        tails.add(digits(fraction.substring(0, i), range(fraction.charAt(i) + 1, '9'), any(DIGIT)));
      }
    }
    if (bound.inclusive()) {
      tails.add(digits(fraction, any(DIGIT)));
    } else {
      tails.add(digits(fraction, any(literal("0")), range('1', '9'), any(DIGIT)));
    }
    options.add(sequence(literal(whole.toPlainString()), new Expression.Choice(tails)));
    return new Expression.Choice(options);
  }

  private static Expression atMost(Bound bound) {
    BigDecimal whole = bound.value().setScale(0, RoundingMode.DOWN);
    List<Expression> options = new ArrayList<>();
    BigDecimal before = whole.min(LARGEST.add(BigDecimal.ONE)).subtract(BigDecimal.ONE);
    if (before.signum() >= 0) {
      options.add(sequence(naturals(0, before.longValueExact()), rest()));
    }
    String fraction = fraction(bound.value());
    List<Expression> tails = new ArrayList<>();
    if (!fraction.isEmpty() || bound.inclusive()) {
      tails.add(Expression.EMPTY);
      // Less at one digit, or a beginning of the bound's own digits.
      for (int i = 0; i < fraction.length(); i++) {
        if (fraction.charAt(i) > '0') {
          tails.add(
              digits(fraction.substring(0, i), range('0', fraction.charAt(i) - 1), any(DIGIT)));
        }
        if (i > 0) {
          tails.add(digits(fraction.substring(0, i)));
        }
      }
      if (bound.inclusive()) {
        tails.add(digits(fraction, any(literal("0"))));
      }
    }
    options.add(sequence(literal(whole.toPlainString()), new Expression.Choice(tails)));
    return new Expression.Choice(options);
  }

  private static String fraction(BigDecimal value) {
    String plain = value.stripTrailingZeros().toPlainString();
    int point = plain.indexOf('.');
    return point < 0 ? "" : plain.substring(point + 1);
  }

  private static Expression digits(String first, Expression... then) {
    return sequence(literal("." + first), sequence(then));
  }

  private static Expression rest() {
    return optional(sequence(literal("."), any(DIGIT)));
  }
}
