package io.maque.hub.json;

import io.maque.hub.reference.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A value of a parsed document that knows where it stands, so that a complaint about it can say so.
 *
 * <p>{@code find…} answers empty when a field is absent or of another kind; the plain name throws.
 */
public final class JsonValue {
  private final JsonValue parent;
  private final String step;
  private final Object value;

  /**
   * @param where the document in words
   * @param value a {@code Map<String, Object>}, a {@code List}, a {@code String}, a {@code Long}, a
   *     {@code Double}, a {@code Boolean}, or null where there is nothing
   */
  JsonValue(String where, Object value) {
    this(null, where, value);
  }

  private JsonValue(JsonValue parent, String step, Object value) {
    this.parent = parent;
    this.step = step;
    this.value = value;
  }

  /** The document in words, then the path within it; put together only when somebody complains. */
  public String where() {
    return parent == null ? step : parent.where() + step;
  }

  /** The value of a field; a value that is nothing when there is none. */
  public JsonValue at(String field) {
    Object found = value instanceof Map<?, ?> map ? map.get(field) : null;
    return new JsonValue(this, ": " + field, found);
  }

  /** Whether this object has the field, with any value but null. */
  public boolean has(String field) {
    return at(field).value != null;
  }

  /** Whether there is no such field, or it is null. */
  public boolean isNothing() {
    return value == null;
  }

  /** Whether this is an object. */
  public boolean isObject() {
    return value instanceof Map;
  }

  /** The fields of this object in the order of the document; none when it is no object. */
  public Map<String, JsonValue> fields() {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (name, found) -> fields.put(name.toString(), new JsonValue(this, ": " + name, found)));
    }
    return fields;
  }

  /** Whether this is an array. */
  public boolean isArray() {
    return value instanceof List;
  }

  /** The elements of this array; none when it is no array. */
  public List<JsonValue> elements() {
    if (!(value instanceof List<?> list)) {
      return List.of();
    }
    List<JsonValue> elements = new ArrayList<>(list.size());
    for (Object element : list) {
      elements.add(new JsonValue(this, "[" + elements.size() + "]", element));
    }
    return elements;
  }

  /** This text, or empty. */
  public Optional<String> asText() {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** The text of a field, or empty. */
  public Optional<String> findText(String field) {
    return at(field).asText();
  }

  /** The text of a field. */
  public String text(String field) {
    return findText(field).orElseThrow(() -> at(field).unexpected("a text"));
  }

  /** The whole number of at least 0 of a field, or empty. */
  public OptionalLong findCount(String field) {
    return at(field).asCount();
  }

  /** The whole number of at least 0 of a field. */
  public long count(String field) {
    return findCount(field).orElseThrow(() -> at(field).unexpected("a whole number of at least 0"));
  }

  /** This whole number of at least 0, or empty. */
  public OptionalLong asCount() {
    return value instanceof Long number && number >= 0
        ? OptionalLong.of(number)
        : OptionalLong.empty();
  }

  /** The number of a field, whole or not, or empty. */
  public OptionalDouble findNumber(String field) {
    return at(field).value instanceof Number number
        ? OptionalDouble.of(number.doubleValue())
        : OptionalDouble.empty();
  }

  /** This number, whole or not. */
  public double asNumber() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw unexpected("a number");
  }

  /** This truth value, or empty. */
  public Optional<Boolean> asTruth() {
    return value instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
  }

  /** The truth value of a field, or empty. */
  public Optional<Boolean> findBoolean(String field) {
    return at(field).asTruth();
  }

  private String shown() {
    return switch (value) {
      case Map<?, ?> map -> "an object of %d fields".formatted(map.size());
      case List<?> list -> "an array of %d elements".formatted(list.size());
      default -> value.toString();
    };
  }

  /** What to throw when this is not what was expected. */
  public MalformedJsonException unexpected(String expected) {
    String found = value == null ? "missing" : Quoted.shorten(shown());
    return new MalformedJsonException("%s is %s, expected %s".formatted(where(), found, expected));
  }
}
