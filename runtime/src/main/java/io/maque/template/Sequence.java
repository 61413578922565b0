package io.maque.template;

import java.util.Arrays;
import java.util.List;

/** A list or a tuple: immutable, because the sandbox forbids every change of a value. */
final class Sequence {
  private static final Object[] NOTHING = {};
  static final Sequence EMPTY_TUPLE = new Sequence(true, NOTHING, 1, List.of());

  final boolean tuple;
  final Object[] items;

  /** Levels of containers, this one included; bounded so that recursion over values is safe. */
  final int nesting;

  /** Names of the items of a named tuple; empty otherwise. */
  final List<String> fields;

  private Sequence(boolean tuple, Object[] items, int nesting, List<String> fields) {
    this.tuple = tuple;
    this.items = items;
    this.nesting = nesting;
    this.fields = fields;
  }

  static Sequence list(Budget budget, Object... items) {
    return make(false, budget, items, List.of());
  }

  static Sequence list(Budget budget, List<?> items) {
    return make(false, budget, items.toArray(), List.of());
  }

  static Sequence tuple(Budget budget, Object... items) {
    return make(true, budget, items, List.of());
  }

  static Sequence named(Budget budget, List<String> fields, Object... items) {
    return make(true, budget, items, fields);
  }

  /** A sequence of the same kind with other items. */
  Sequence with(Budget budget, Object[] other) {
    return make(tuple, budget, other, List.of());
  }

  private static Sequence make(boolean tuple, Budget budget, Object[] items, List<String> fields) {
    budget.elements(items.length + 1L);
    int levels = 1;
    for (Object item : items) {
      levels = Math.max(levels, 1 + nestingOf(item));
    }
    budget.nesting(levels);
    return new Sequence(tuple, items, levels, fields);
  }

  static int nestingOf(Object value) {
    if (value instanceof Sequence sequence) {
      return sequence.nesting;
    }
    if (value instanceof Dict dict) {
      return dict.nesting();
    }
    return value instanceof DictView view ? view.dict().nesting() + 1 : 0;
  }

  int size() {
    return items.length;
  }

  Sequence concat(Budget budget, Sequence other) {
    Object[] both = Arrays.copyOf(items, items.length + other.items.length);
    System.arraycopy(other.items, 0, both, items.length, other.items.length);
    return with(budget, both);
  }
}
