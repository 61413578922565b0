package io.maque.template;

import java.math.BigInteger;

/** Python's names of types, truth, and the conversions that demand one type. */
final class Types {
  private Types() {}

  /** The Python type name, for error messages. */
  static String name(Object value) {
    if (value == null) {
      return "NoneType";
    }
    if (value instanceof Text) {
      return "str";
    }
    if (value instanceof Boolean) {
      return "bool";
    }
    if (value instanceof Long || value instanceof BigInteger) {
      return "int";
    }
    if (value instanceof Double) {
      return "float";
    }
    if (value instanceof Sequence sequence) {
      return sequence.tuple ? "tuple" : "list";
    }
    if (value instanceof Dict) {
      return "dict";
    }
    if (value instanceof DictView view) {
      return view.kind().typeName;
    }
    if (value instanceof IntRange) {
      return "range";
    }
    if (value instanceof Generator) {
      return "generator";
    }
    if (value instanceof Callable) {
      return "function";
    }
    return value.getClass().getSimpleName();
  }

  /** A value short enough for an error message. */
  static String brief(Object value) {
    if (value instanceof Text text && text.value.length() <= 60) {
      return "'" + text.value + "'";
    }
    return Numbers.isNumber(value) ? String.valueOf(value) : "of type '" + name(value) + "'";
  }

  static boolean isTrue(Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (value instanceof Text text) {
      return !text.value.isEmpty();
    }
    if (value instanceof Sequence sequence) {
      return sequence.items.length > 0;
    }
    if (value instanceof Dict dict) {
      return dict.size() > 0;
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof Double number) {
      return number != 0;
    }
    if (value instanceof DictView view) {
      return view.dict().size() > 0;
    }
    return !(value instanceof IntRange range) || range.size() > 0;
  }

  /** The string, or an error that says what was expected where. */
  static Text text(Object value, String where) {
    if (value instanceof Text text) {
      return text;
    }
    throw expected(where, "a string", value);
  }

  static TemplateException expected(String where, String what, Object found) {
    if (found instanceof Undefined undefined) {
      return undefined.failure();
    }
    return new TemplateException(
        "%s: expected %s, found a value of type '%s'".formatted(where, what, name(found)));
  }

  /** A length or count: an integer of the language that fits an {@code int} after clipping. */
  static int count(Object value, String where) {
    return (int) Math.clamp(Numbers.clippedIndex(value, where), Integer.MIN_VALUE, 1L << 30);
  }
}
