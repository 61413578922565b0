package io.maque.template;

import java.math.BigInteger;
import java.util.Iterator;

/** Equality, order and membership with Python's rules. */
final class Comparison {
  private Comparison() {}

  static boolean equal(Object left, Object right, Budget budget) {
    budget.step();
    if (left == right) {
      return !(left instanceof Double number) || !number.isNaN();
    }
    if (left instanceof Text a && right instanceof Text b) {
      budget.work(Math.min(a.value.length(), b.value.length()));
      return a.value.equals(b.value);
    }
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      return equalNumbers(left, right);
    }
    if (left instanceof Sequence a && right instanceof Sequence b) {
      if (a.tuple != b.tuple || a.items.length != b.items.length) {
        return false;
      }
      for (int i = 0; i < a.items.length; i++) {
        if (!same(a.items[i], b.items[i], budget)) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof Dict a && right instanceof Dict b) {
      return equalDicts(a, b, budget);
    }
    if (left instanceof IntRange a && right instanceof IntRange b) {
      int size = a.size();
      return size == b.size()
          && (size == 0 || a.start() == b.start() && (size == 1 || a.step() == b.step()));
    }
    return left instanceof Undefined && right instanceof Undefined;
  }

  /**
   * Containers compare their elements by identity first, so that NaN is in a list that holds it.
   */
  private static boolean same(Object left, Object right, Budget budget) {
    return left == right || equal(left, right, budget);
  }

  private static boolean equalNumbers(Object left, Object right) {
    if (Numbers.isSmall(left) && Numbers.isSmall(right)) {
      return Numbers.small(left) == Numbers.small(right);
    }
    if (left instanceof Double a && right instanceof Double b) {
      return a.doubleValue() == b.doubleValue();
    }
    boolean nan = left instanceof Double a && a.isNaN() || right instanceof Double b && b.isNaN();
    return !nan && compareNumbers(left, right) == 0;
  }

  private static boolean equalDicts(Dict left, Dict right, Budget budget) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Dict.Entry entry : left.entries()) {
      Dict.Entry other = right.find(entry.key());
      if (other == null || !same(entry.value(), other.value(), budget)) {
        return false;
      }
    }
    return true;
  }

  private static int compareNumbers(Object left, Object right) {
    if (left instanceof Double a) {
      return right instanceof Double b
          ? (a < b ? -1 : a > b ? 1 : 0)
          : Floats.compare(a, Numbers.big(right));
    }
    if (right instanceof Double b) {
      return -Floats.compare(b, Numbers.big(left));
    }
    if (Numbers.isSmall(left) && Numbers.isSmall(right)) {
      return Long.compare(Numbers.small(left), Numbers.small(right));
    }
    BigInteger big = Numbers.big(left);
    return big.compareTo(Numbers.big(right));
  }

  /** Whether {@code left < right}; {@code sign} names the operator in the error. */
  static boolean less(Object left, Object right, String sign, Budget budget) {
    if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
      if (left instanceof Double a && a.isNaN() || right instanceof Double b && b.isNaN()) {
        return false;
      }
      return compareNumbers(left, right) < 0;
    }
    if (left instanceof Text a && right instanceof Text b) {
      budget.work(Math.min(a.value.length(), b.value.length()));
      return compareText(a.value, b.value) < 0;
    }
    if (left instanceof Sequence a && right instanceof Sequence b && a.tuple == b.tuple) {
      int common = Math.min(a.items.length, b.items.length);
      for (int i = 0; i < common; i++) {
        if (!same(a.items[i], b.items[i], budget)) {
          return less(a.items[i], b.items[i], sign, budget);
        }
      }
      return a.items.length < b.items.length;
    }
    throw unordered(left, right, sign);
  }

  private static TemplateException unordered(Object left, Object right, String sign) {
    if (left instanceof Undefined undefined) {
      return undefined.failure();
    }
    if (right instanceof Undefined undefined) {
      return undefined.failure();
    }
    return new TemplateException(
        "'%s' is not supported between values of type '%s' and '%s'"
            .formatted(sign, Types.name(left), Types.name(right)));
  }

  /** Order by code point; UTF-16 order differs where surrogates meet the characters above them. */
  private static int compareText(String left, String right) {
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean mixed = Character.isSurrogate(a) != Character.isSurrogate(b);
        return mixed ? (Character.isSurrogate(a) ? 1 : -1) : Character.compare(a, b);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** {@code left <= right}, which for containers and NaN is not just {@code not right < left}. */
  static boolean lessOrEqual(Object left, Object right, String sign, Budget budget) {
    if (left instanceof Double a && a.isNaN() || right instanceof Double b && b.isNaN()) {
      return less(left, right, sign, budget);
    }
    return !less(right, left, sign, budget);
  }

  /** {@code item in container}. */
  static boolean contains(Object container, Object item, Budget budget) {
    if (container instanceof Text text) {
      if (!(item instanceof Text part)) {
        throw new TemplateException(
            "'in <string>': expected a string on the left, found a value of type '%s'"
                .formatted(Types.name(item)));
      }
      return TextSearch.indexOf(text.value, part.value, 0, budget) >= 0;
    }
    if (container instanceof Dict dict) {
      return dict.find(item) != null;
    }
    if (container instanceof DictView view && view.kind() == DictView.Kind.KEYS) {
      return view.dict().find(item) != null;
    }
    if (container instanceof Sequence sequence) {
      for (Object element : sequence.items) {
        if (same(element, item, budget)) {
          return true;
        }
      }
      return false;
    }
    Iterator<Object> elements = Iteration.of(container, budget);
    while (elements.hasNext()) {
      if (same(elements.next(), item, budget)) {
        return true;
      }
    }
    return false;
  }
}
