package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The state of one rendering: its context as values of the language, its limits, its clock. */
final class Rendering {
  private final Budget budget;
  private final RenderOptions options;
  private final Map<String, Object> context;

  Rendering(Map<String, ?> context, RenderOptions options) {
    this.budget = new Budget(options.limits());
    this.options = options;
    this.context = HashMap.newHashMap(context.size());
    for (Map.Entry<String, ?> entry : context.entrySet()) {
      boolean input = !options.trustedNames().contains(entry.getKey());
      this.context.put(entry.getKey(), imported(entry.getValue(), entry.getKey(), input, 1));
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
  private Object imported(Object value, String path, boolean input, int level) {
    budget.nesting(level);
    if (value == null || value instanceof Boolean || value instanceof Long) {
      return value;
    }
    if (value instanceof String text) {
      return Text.of(text, input);
    }
    if (value instanceof Map<?, ?> map) {
      return importedMap(map, path, input, level);
    }
    if (value instanceof List<?> list) {
      Object[] items = new Object[list.size()];
      int i = 0;
      for (Object item : list) {
        items[i] = imported(item, path, input, level + 1);
        i++;
      }
      return Sequence.list(budget, items);
    }
    return importedNumber(value, path);
  }

  private Dict importedMap(Map<?, ?> map, String path, boolean input, int level) {
    Dict dict = new Dict(budget, map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object key = entry.getKey();
      Object value = entry.getValue();
      boolean role = "role".equals(key) && options.trustedRoles().contains(value);
      dict.put(
          imported(key, path, input, level + 1),
          imported(value, path + "." + key, input && !role, level + 1));
    }
    return dict;
  }

  private static Object importedNumber(Object value, String path) {
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
