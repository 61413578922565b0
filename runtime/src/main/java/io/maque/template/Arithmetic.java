package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;

/** The operators {@code + - * / // % **} and the signs, with Python's rules of types. */
final class Arithmetic {
  private Arithmetic() {}

  static Object add(Object left, Object right, Budget budget) {
    if (Numbers.isSmall(left) && Numbers.isSmall(right)) {
      long a = Numbers.small(left);
      long b = Numbers.small(right);
      long sum = a + b;
      return ((a ^ sum) & (b ^ sum)) < 0 ? (Object) big(left).add(big(right)) : (Object) sum;
    }
    if (left instanceof Text a && right instanceof Text b) {
      return concat(a, b, budget);
    }
    if (left instanceof Sequence a && right instanceof Sequence b && a.tuple == b.tuple) {
      budget.work(a.size() + (long) b.size());
      return a.concat(budget, b);
    }
    requireNumbers("+", left, right);
    return isFloat(left, right)
        ? (Object) (Numbers.toDouble(left) + Numbers.toDouble(right))
        : integer(big(left).add(big(right)), budget);
  }

  private static Text concat(Text left, Text right, Budget budget) {
    if (left.markup || right.markup) {
      TextBuilder out = new TextBuilder(budget);
      return out.append(Html.escape(left, budget))
          .append(Html.escape(right, budget))
          .toText()
          .asMarkup(true);
    }
    if (left.value.isEmpty()) {
      return right;
    }
    return right.value.isEmpty()
        ? left
        : new TextBuilder(budget).append(left).append(right).toText();
  }

  static Object subtract(Object left, Object right, Budget budget) {
    if (Numbers.isSmall(left) && Numbers.isSmall(right)) {
      long a = Numbers.small(left);
      long b = Numbers.small(right);
      long difference = a - b;
      return ((a ^ b) & (a ^ difference)) < 0
          ? (Object) big(left).subtract(big(right))
          : (Object) difference;
    }
    requireNumbers("-", left, right);
    return isFloat(left, right)
        ? (Object) (Numbers.toDouble(left) - Numbers.toDouble(right))
        : integer(big(left).subtract(big(right)), budget);
  }

  static Object multiply(Object left, Object right, Budget budget) {
    if (Numbers.isInteger(left) && isRepeatable(right)) {
      return repeat(right, left, budget);
    }
    if (Numbers.isInteger(right) && isRepeatable(left)) {
      return repeat(left, right, budget);
    }
    requireNumbers("*", left, right);
    if (isFloat(left, right)) {
      return Numbers.toDouble(left) * Numbers.toDouble(right);
    }
    BigInteger a = big(left);
    BigInteger b = big(right);
    budget.integerBits((long) a.bitLength() + b.bitLength());
    return integer(a.multiply(b), budget);
  }

  private static boolean isRepeatable(Object value) {
    return value instanceof Text || value instanceof Sequence;
  }

  private static Object repeat(Object value, Object times, Budget budget) {
    long count = Math.max(0, Numbers.clippedIndex(times, "repetition"));
    if (value instanceof Text text) {
      if (text.value.isEmpty() || count == 0) {
        return Text.EMPTY;
      }
      budget.string(Math.min(count, 1L << 31) * text.value.length());
      TextBuilder out = new TextBuilder(budget);
      for (long i = 0; i < count; i++) {
        out.append(text);
      }
      return out.toText().asMarkup(text.markup);
    }
    Sequence sequence = (Sequence) value;
    long size = Math.min(count, 1L << 31) * sequence.items.length;
    budget.elements(size);
    Object[] items = new Object[(int) size];
    for (int at = 0; at < items.length; at += sequence.items.length) {
      System.arraycopy(sequence.items, 0, items, at, sequence.items.length);
    }
    return sequence.with(budget, items);
  }

  static Object divide(Object left, Object right) {
    requireNumbers("/", left, right);
    if (isZero(right)) {
      throw new TemplateException("division by zero");
    }
    if (isFloat(left, right) || isExactDouble(left) && isExactDouble(right)) {
      return Numbers.toDouble(left) / Numbers.toDouble(right);
    }
    // 40 digits are enough that the second rounding, to the nearest float, goes the right way.
    double quotient =
        new BigDecimal(big(left))
            .divide(new BigDecimal(big(right)), new MathContext(40))
            .doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new TemplateException("integer division result too large for a float");
    }
    return quotient;
  }

  private static boolean isExactDouble(Object integer) {
    return Numbers.isSmall(integer) && Math.abs(Numbers.small(integer)) <= 1L << 53;
  }

  static Object floorDivide(Object left, Object right, Budget budget) {
    requireNumbers("//", left, right);
    if (isZero(right)) {
      throw new TemplateException("integer division or modulo by zero");
    }
    if (isFloat(left, right)) {
      double a = Numbers.toDouble(left);
      double b = Numbers.toDouble(right);
      double quotient = (a - pythonMod(a, b)) / b;
      double floor = Math.floor(quotient);
      return quotient == 0 ? Math.copySign(0.0, a / b) : quotient - floor > 0.5 ? floor + 1 : floor;
    }
    if (Numbers.isSmall(left) && Numbers.isSmall(right) && Numbers.small(right) != -1) {
      return Math.floorDiv(Numbers.small(left), Numbers.small(right));
    }
    BigInteger[] parts = big(left).divideAndRemainder(big(right));
    boolean down = parts[1].signum() != 0 && parts[1].signum() != big(right).signum();
    return integer(down ? parts[0].subtract(BigInteger.ONE) : parts[0], budget);
  }

  static Object modulo(Object left, Object right, Scope scope) {
    if (left instanceof Text format) {
      return PercentFormat.format(format, right, scope.budget());
    }
    requireNumbers("%", left, right);
    if (isZero(right)) {
      throw new TemplateException("integer division or modulo by zero");
    }
    if (isFloat(left, right)) {
      return pythonMod(Numbers.toDouble(left), Numbers.toDouble(right));
    }
    if (Numbers.isSmall(left) && Numbers.isSmall(right)) {
      return Math.floorMod(Numbers.small(left), Numbers.small(right));
    }
    BigInteger divisor = big(right);
    BigInteger rest = big(left).mod(divisor.abs());
    return integer(
        divisor.signum() < 0 && rest.signum() != 0 ? rest.add(divisor) : rest, scope.budget());
  }

  private static double pythonMod(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0.0, b);
    }
    return rest < 0 != b < 0 ? rest + b : rest;
  }

  static Object power(Object left, Object right, Budget budget) {
    requireNumbers("**", left, right);
    if (!isFloat(left, right) && big(right).signum() >= 0) {
      BigInteger base = big(left);
      if (base.abs().compareTo(BigInteger.ONE) <= 0) {
        boolean odd = big(right).testBit(0);
        return big(right).signum() == 0 ? (Object) 1L : base.signum() < 0 && !odd ? 1L : left(base);
      }
      long exponent = Numbers.clippedIndex(right, "exponent");
      budget.integerBits(
          Math.multiplyHigh(exponent, base.bitLength()) != 0
              ? Long.MAX_VALUE
              : exponent * (base.bitLength() - 1L));
      return integer(base.pow((int) exponent), budget);
    }
    double base = Numbers.toDouble(left);
    double exponent = Numbers.toDouble(right);
    if (base == 0 && exponent < 0) {
      throw new TemplateException("0.0 cannot be raised to a negative power");
    }
    if (base < 0 && exponent != Math.rint(exponent)) {
      throw new TemplateException("a negative number to a fractional power is not a real number");
    }
    double result = Math.pow(base, exponent);
    if (Double.isInfinite(result) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
      throw new TemplateException("result of ** is too large for a float");
    }
    return result;
  }

  private static Object left(BigInteger base) {
    return base.longValue();
  }

  static Object negate(Object value, Budget budget) {
    if (value instanceof Double number) {
      return -number;
    }
    if (!Numbers.isInteger(value)) {
      throw Types.expected("unary -", "a number", value);
    }
    return integer(big(value).negate(), budget);
  }

  static Object positive(Object value) {
    if (value instanceof Boolean) {
      return Numbers.small(value);
    }
    if (!Numbers.isNumber(value)) {
      throw Types.expected("unary +", "a number", value);
    }
    return value;
  }

  static Object absolute(Object value, Budget budget) {
    if (value instanceof Double number) {
      return Math.abs(number);
    }
    if (!Numbers.isInteger(value)) {
      throw new TemplateException(
          "abs: expected a number, found a value of type '%s'".formatted(Types.name(value)));
    }
    return integer(big(value).abs(), budget);
  }

  private static Object integer(BigInteger value, Budget budget) {
    budget.integerBits(value.bitLength());
    return Numbers.normalize(value);
  }

  private static BigInteger big(Object integer) {
    return Numbers.big(integer);
  }

  private static boolean isFloat(Object left, Object right) {
    return left instanceof Double || right instanceof Double;
  }

  private static boolean isZero(Object number) {
    return !Types.isTrue(number);
  }

  private static void requireNumbers(String sign, Object left, Object right) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return;
    }
    for (Object operand : Arrays.asList(left, right)) {
      if (operand instanceof Undefined undefined) {
        throw undefined.failure();
      }
    }
    throw new TemplateException(
        "'%s' is not supported between values of type '%s' and '%s'"
            .formatted(sign, Types.name(left), Types.name(right)));
  }
}
