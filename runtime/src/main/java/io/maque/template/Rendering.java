package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state of one rendering: its context as values of the language, its limits, its clock. */
final class Rendering {
  private final Budget budget;
  private final RenderOptions options;
  private final Map<String, Object> context;

  /** The keys and indexes that lead to the context value being read, for errors. */
  private final List<Object> path = new ArrayList<>();

  Rendering(Map<String, ?> context, RenderOptions options) {
    this.budget = new Budget(options.limits());
    this.options = options;
    this.context = HashMap.newHashMap(context.size());
    for (Map.Entry<String, ?> entry : context.entrySet()) {
      boolean input = !options.trustedNames().contains(entry.getKey());
      path.add(entry.getKey());
      this.context.put(entry.getKey(), imported(entry.getValue(), input));
      path.removeLast();
    }
  }

  Budget budget() {
    return budget;
  }

  RenderOptions options() {
    return options;
  }

  /** A name that no scope holds: of the context, else a global, else undefined. */
  Object global(String name) {
    Object value = context.getOrDefault(name, Arguments.ABSENT);
    if (value != Arguments.ABSENT) {
      return value;
    }
    Callable global = Globals.find(name);
    return global == null ? Undefined.name(name) : global;
  }

  /** A context value as a value of the language; strings are marked as input unless trusted. */
  private Object imported(Object value, boolean input) {
    budget.nesting(path.size());
    if (value == null || value instanceof Boolean || value instanceof Long) {
      return value;
    }
    if (value instanceof String text) {
      return Text.of(text, input);
    }
    if (value instanceof Map<?, ?> map) {
      return importedMap(map, input);
    }
    if (value instanceof List<?> list) {
      Object[] items = new Object[list.size()];
      int i = 0;
      for (Object item : list) {
        path.add(i);
        items[i++] = imported(item, input);
        path.removeLast();
      }
      return Sequence.list(budget, items);
    }
    return importedNumber(value);
  }

  private Dict importedMap(Map<?, ?> map, boolean input) {
    Dict dict = new Dict(budget, map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      Object value = entry.getValue();
      path.add(key);
      boolean role =
          "role".equals(key)
              && value instanceof String text
              && options.trustedRoles().contains(text);
      dict.put(imported(key, input), imported(value, input && !role));
      path.removeLast();
    }
    return dict;
  }

  private Object importedNumber(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Double || value instanceof Float || value instanceof BigDecimal) {
      return ((Number) value).doubleValue();
    }
    if (value instanceof BigInteger big) {
      return Numbers.normalize(big);
    }
    throw new TemplateException(
        "context value %s: expected null, a boolean, a number, a string, a list or a map, found %s"
            .formatted(path, value.getClass().getName()));
  }
}
