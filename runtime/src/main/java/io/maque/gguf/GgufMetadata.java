package io.maque.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-value section of a GGUF file, in file order.
 *
 * <p>Values are held as Java types: every integer kind (unsigned ones widened, {@code UINT64}
 * beyond 2⁶³−1 refused when read) as {@code Long}, both float kinds as {@code Double} ({@code
 * FLOAT32} also exactly representable), {@code BOOL} as {@code Boolean}, {@code STRING} as {@code
 * String}, and arrays as an unmodifiable {@code List} of these or as a primitive array: {@code
 * int[]} / {@code long[]} for integer arrays, {@code float[]} for {@code FLOAT32} arrays.
 *
 * <p>{@code find…} answers empty when the key is absent; a key of another kind than asked for is a
 * {@link GgufFormatException} in every method, never a silent default.
 */
public final class GgufMetadata {
  private final Map<String, Object> values;

  public GgufMetadata(Map<String, Object> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** All keys and values in file order. */
  public Map<String, Object> values() {
    return values;
  }

  /** Whether the key is present. */
  public boolean contains(String key) {
    return values.containsKey(key);
  }

  /** The string under {@code key}. */
  public String string(String key) {
    return findString(key).orElseThrow(() -> missing(key, "a string"));
  }

  /** The string under {@code key}, or empty. */
  public Optional<String> findString(String key) {
    return find(key, String.class, "a string");
  }

  /** The boolean under {@code key}, or empty. */
  public Optional<Boolean> findBoolean(String key) {
    return find(key, Boolean.class, "a boolean");
  }

  /** The integer under {@code key}. */
  public long integer(String key) {
    return findInteger(key).orElseThrow(() -> missing(key, "an integer"));
  }

  /** The integer under {@code key}, or empty. */
  public Optional<Long> findInteger(String key) {
    return find(key, Long.class, "an integer");
  }

  /** The floating-point number under {@code key}, or empty; an integer is accepted. */
  public Optional<Double> findNumber(String key) {
    return find(key, Number.class, "a number").map(Number::doubleValue);
  }

  /** The floating-point number under {@code key}; an integer is accepted. */
  public double number(String key) {
    return findNumber(key).orElseThrow(() -> missing(key, "a number"));
  }

  /** The array of strings under {@code key}, or empty. */
  public Optional<List<String>> findStrings(String key) {
    return find(key, List.class, "an array of strings").map(list -> checkedStrings(key, list));
  }

  /** The array of integers under {@code key}, or empty. */
  public Optional<int[]> findIntegers(String key) {
    return find(key, int[].class, "an array of integers");
  }

  /** The array of 32-bit floats under {@code key}, or empty. */
  public Optional<float[]> findFloats(String key) {
    return find(key, float[].class, "an array of floats");
  }

  private <T> Optional<T> find(String key, Class<T> kind, String expected) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!kind.isInstance(value)) {
      throw new GgufFormatException(
          "key %s: expected %s, found %s"
              .formatted(key, expected, value.getClass().getSimpleName()));
    }
    return Optional.of(kind.cast(value));
  }

  private static List<String> checkedStrings(String key, List<?> list) {
    for (Object element : list) {
      if (!(element instanceof String)) {
        throw new GgufFormatException(
            "key %s: expected an array of strings, found an element that is %s"
                .formatted(key, element.getClass().getSimpleName()));
      }
    }
    @SuppressWarnings("unchecked")
    List<String> strings = (List<String>) list;
    return strings;
  }

  private static GgufFormatException missing(String key, String expected) {
    return new GgufFormatException(
        "key %s: expected %s, found no such key".formatted(key, expected));
  }
}
