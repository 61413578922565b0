package io.maque.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A mapping in insertion order. Keys are equal as in Python: {@code 1 == 1.0 == True}. */
final class Dict {
  /** A key as the template wrote it, and its value. */
  record Entry(Object key, Object value) {}

  private enum Key {
    NONE
  }

  private final Map<Object, Entry> entries;
  private final Budget budget;
  private int nesting = 1;

  Dict(Budget budget) {
    this(budget, 8);
  }

  Dict(Budget budget, int expectedSize) {
    this.budget = budget;
    this.entries = LinkedHashMap.newLinkedHashMap(expectedSize);
  }

  int size() {
    return entries.size();
  }

  int nesting() {
    return nesting;
  }

  /** For building only: a dict that a template can see never changes. */
  void put(Object key, Object value) {
    budget.elements(1);
    nesting = Math.max(nesting, 1 + Sequence.nestingOf(value));
    budget.nesting(nesting);
    Object hashed = hashable(key, budget);
    Entry old = entries.get(hashed);
    entries.put(hashed, new Entry(old == null ? key : old.key(), value));
  }

  void putAll(Dict other) {
    for (Entry entry : other.entries()) {
      put(entry.key(), entry.value());
    }
  }

  /** The entry of a key, or null. */
  Entry find(Object key) {
    return entries.get(hashable(key, budget));
  }

  /** The entry of a string key, or null. */
  Entry find(String key) {
    return entries.get(key);
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  Iterator<Object> keys() {
    List<Object> keys = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      keys.add(entry.key());
    }
    return keys.iterator();
  }

  /** Whether a value may be a key. */
  static boolean isHashable(Object value) {
    if (value instanceof Sequence sequence) {
      if (!sequence.tuple) {
        return false;
      }
      for (Object item : sequence.items) {
        if (!isHashable(item)) {
          return false;
        }
      }
      return true;
    }
    return !(value instanceof Dict) && !(value instanceof DictView);
  }

  /** A Java value that is equal exactly when the language says the keys are. */
  static Object hashable(Object key, Budget budget) {
    if (key instanceof Text text) {
      return text.value;
    }
    if (key == null) {
      return Key.NONE;
    }
    if (key instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (key instanceof Double number) {
      return hashable(number);
    }
    if (key instanceof Undefined) {
      return Undefined.class;
    }
    if (key instanceof Sequence sequence && sequence.tuple) {
      budget.elements(sequence.items.length + 1L);
      List<Object> parts = new ArrayList<>(sequence.items.length);
      for (Object item : sequence.items) {
        parts.add(hashable(item, budget));
      }
      return parts;
    }
    if (key instanceof Sequence || key instanceof Dict || key instanceof DictView) {
      throw new TemplateException(
          "a mapping key must be hashable, found a value of type '%s'".formatted(Types.name(key)));
    }
    return key;
  }

  private static Object hashable(Double number) {
    double value = number;
    if (value != Math.rint(value) || Double.isInfinite(value)) {
      return number;
    }
    if (Math.abs(value) < 0x1p62) {
      return (long) value;
    }
    BigInteger exact = new BigDecimal(value).toBigInteger();
    return Numbers.normalize(exact);
  }
}
