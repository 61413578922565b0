package io.maque.gguf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key-value section of a GGUF file, in file order.
 *
 * <p>Values are held as Java types:
 *
 * <table>
 *   <caption>Java type of each GGUF kind</caption>
 *   <tr><th>kind</th><th>single value</th><th>array</th></tr>
 *   <tr><td>(U)INT8, (U)INT16, INT32</td><td>{@code Long}</td><td>{@code int[]}</td></tr>
 *   <tr><td>UINT32, UINT64, INT64</td><td>{@code Long}</td><td>{@code long[]}</td></tr>
 *   <tr><td>FLOAT32</td><td>{@code Double}</td><td>{@code float[]}</td></tr>
 *   <tr><td>FLOAT64</td><td>{@code Double}</td><td>{@code double[]}</td></tr>
 *   <tr><td>BOOL</td><td>{@code Boolean}</td><td>{@code boolean[]}</td></tr>
 *   <tr><td>STRING</td><td>{@code String}</td><td>{@code List<String>}</td></tr>
 * </table>
 *
 * A {@code UINT64} beyond 2⁶³−1 is refused when read. {@link #type} tells the kind in the file, so
 * that a rewritten file keeps it.
 *
 * <p>{@code find…} answers empty when the key is absent; a key of another kind than asked for is a
 * {@link GgufFormatException} in every method, never a silent default.
 */
public final class GgufMetadata {
  private final String source;
  private final Map<String, Object> values;
  private final Map<String, GgufValueType> types;

  /**
   * Metadata that comes from no file; {@link #type} is the kind that writers of GGUF customarily
   * choose: {@code UINT32} for an integer that fits, {@code FLOAT32} for {@code Double}.
   *
   * @throws IllegalArgumentException for a value of a type that the table above does not list
   */
  public GgufMetadata(Map<String, Object> values) {
    this("metadata", values, customaryTypes(values));
  }

  GgufMetadata(String source, Map<String, Object> values, Map<String, GgufValueType> types) {
    this.source = source;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.types = Map.copyOf(types);
  }

  private static Map<String, GgufValueType> customaryTypes(Map<String, Object> values) {
    Map<String, GgufValueType> types = new LinkedHashMap<>();
    values.forEach((key, value) -> types.put(key, customaryType(key, value)));
    return types;
  }

  static GgufValueType customaryType(String key, Object value) {
    return switch (value) {
      case Long v when v >= 0 && v <= 0xFFFF_FFFFL -> GgufValueType.UINT32;
      case Long v when v == v.intValue() -> GgufValueType.INT32;
      case Long _ -> GgufValueType.INT64;
      case Double _, float[] _ -> GgufValueType.FLOAT32;
      case double[] _ -> GgufValueType.FLOAT64;
      case int[] _ -> GgufValueType.INT32;
      case long[] _ -> GgufValueType.INT64;
      case Boolean _, boolean[] _ -> GgufValueType.BOOL;
      case String _, List<?> _ -> GgufValueType.STRING;
      default ->
          throw new IllegalArgumentException(
              "key %s: GGUF has no kind for %s".formatted(key, value.getClass().getSimpleName()));
    };
  }

  /** All keys and values in file order. */
  public Map<String, Object> values() {
    return values;
  }

  /** Whether the key is present. */
  public boolean contains(String key) {
    return values.containsKey(key);
  }

  /**
   * The kind of the value under {@code key} in the file; for an array, the kind of its elements.
   */
  public GgufValueType type(String key) {
    GgufValueType type = types.get(key);
    if (type == null) {
      throw missing(key, "a value");
    }
    return type;
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

  /**
   * The array of strings under {@code key}, or empty. When the metadata comes from a file the list
   * is a {@link GgufStrings}: decoded on demand, readable until the file is closed.
   */
  public Optional<List<String>> findStrings(String key) {
    return find(key, List.class, "an array of strings").map(list -> checkedStrings(key, list));
  }

  /**
   * The array of integers of any kind under {@code key}, or empty; each must fit an {@code int}.
   */
  public Optional<int[]> findIntegers(String key) {
    if (values.get(key) instanceof long[] wide) {
      return Optional.of(narrowed(key, wide));
    }
    return find(key, int[].class, "an array of integers");
  }

  /** The array of 32-bit floats under {@code key}, or empty. */
  public Optional<float[]> findFloats(String key) {
    return find(key, float[].class, "an array of floats");
  }

  /** The array of booleans under {@code key}, or empty. */
  public Optional<boolean[]> findBooleans(String key) {
    return find(key, boolean[].class, "an array of booleans");
  }

  private <T> Optional<T> find(String key, Class<T> kind, String expected) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!kind.isInstance(value)) {
      throw wrong(key, expected, describe(value));
    }
    return Optional.of(kind.cast(value));
  }

  private int[] narrowed(String key, long[] wide) {
    int[] values = new int[wide.length];
    for (int i = 0; i < wide.length; i++) {
      values[i] = (int) wide[i];
      if (values[i] != wide[i]) {
        throw wrong(key, "integers of 32 bits", "%d at index %d".formatted(wide[i], i));
      }
    }
    return values;
  }

  private List<String> checkedStrings(String key, List<?> list) {
    if (!(list instanceof GgufStrings)) {
      for (Object element : list) {
        if (!(element instanceof String)) {
          throw wrong(key, "an array of strings", "an element that is " + describe(element));
        }
      }
    }
    @SuppressWarnings("unchecked")
    List<String> strings = (List<String>) list;
    return strings;
  }

  private static String describe(Object value) {
    return switch (value) {
      case String _ -> "a string";
      case Long _ -> "an integer";
      case Double _ -> "a floating-point number";
      case Boolean _ -> "a boolean";
      case List<?> _ -> "an array of strings";
      default -> "an array, " + value.getClass().getSimpleName();
    };
  }

  private GgufFormatException missing(String key, String expected) {
    return wrong(key, expected, "no such key");
  }

  private GgufFormatException wrong(String key, String expected, String found) {
    return new GgufFormatException(
        "%s: key %s: expected %s, found %s".formatted(source, key, expected, found));
  }
}
