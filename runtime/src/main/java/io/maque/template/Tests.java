package io.maque.template;

import java.util.Set;

/** The tests behind {@code is}. */
final class Tests {
  private static final Set<String> NAMES =
      Set.of(
          "odd",
          "even",
          "divisibleby",
          "defined",
          "undefined",
          "filter",
          "test",
          "none",
          "boolean",
          "false",
          "true",
          "integer",
          "float",
          "lower",
          "upper",
          "string",
          "mapping",
          "number",
          "sequence",
          "iterable",
          "callable",
          "sameas",
          "escaped",
          "in",
          "==",
          "eq",
          "equalto",
          "!=",
          "ne",
          ">",
          "gt",
          "greaterthan",
          "ge",
          ">=",
          "<",
          "lt",
          "lessthan",
          "<=",
          "le");

  private Tests() {}

  static boolean exists(String name) {
    return NAMES.contains(name);
  }

  static boolean apply(String name, Object value, Arguments arguments, Scope scope) {
    String sign = comparison(name);
    if (sign != null) {
      Object other = arguments.positionalOnly(name, 1, 1)[0];
      return Expr.Compare.holds(sign, value, other, scope.budget());
    }
    return switch (name) {
      case "divisibleby" -> remainder(value, arguments.bind(name, 1, "num")[0], scope) == 0;
      case "sameas" -> isSame(value, arguments.bind(name, 1, "other")[0]);
      default -> {
        arguments.bind(name, 0);
        yield apply(name, value, scope);
      }
    };
  }

  /** The tests that compare, as the operators they stand for. */
  private static String comparison(String name) {
    return switch (name) {
      case "==", "eq", "equalto" -> "==";
      case "!=", "ne" -> "!=";
      case ">", "gt", "greaterthan" -> ">";
      case ">=", "ge" -> ">=";
      case "<", "lt", "lessthan" -> "<";
      case "<=", "le" -> "<=";
      case "in" -> "in";
      default -> null;
    };
  }

  private static boolean apply(String name, Object value, Scope scope) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> value instanceof Boolean flag && flag;
      case "false" -> value instanceof Boolean flag && !flag;
      case "integer" -> Numbers.isInteger(value) && !(value instanceof Boolean);
      case "float" -> value instanceof Double;
      case "number" -> Numbers.isNumber(value);
      case "string" -> value instanceof Text;
      case "mapping" -> value instanceof Dict;
      case "sequence" ->
          Iteration.size(value) >= 0 && !(value instanceof DictView) && !(value instanceof Loop);
      case "iterable" -> Iteration.isIterable(value);
      case "callable" -> value instanceof Callable || value instanceof Undefined;
      case "escaped" -> value instanceof Text text && text.markup;
      case "odd" -> remainder(value, 2L, scope) == 1;
      case "even" -> remainder(value, 2L, scope) == 0;
      case "lower" -> StringTests.isLower(Printer.str(value, scope.budget()).value);
      case "upper" -> StringTests.isUpper(Printer.str(value, scope.budget()).value);
      case "filter", "test" -> {
        Object key = Dict.hashable(value, scope.budget());
        yield key instanceof String known
            && (name.equals("test") ? exists(known) : Filters.exists(known));
      }
      default -> throw new TemplateException("expected the name of a test, found '" + name + "'");
    };
  }

  private static double remainder(Object value, Object divisor, Scope scope) {
    Object rest = Arithmetic.modulo(value, divisor, scope);
    return Numbers.isNumber(rest) ? Numbers.toDouble(rest) : -1;
  }

  /** Identity, which for the values that Python keeps once is equality. */
  private static boolean isSame(Object value, Object other) {
    if (value instanceof Text a && other instanceof Text b) {
      return a.value.equals(b.value);
    }
    boolean once = value instanceof Boolean || value instanceof Long;
    return value == other || once && value.equals(other);
  }
}
