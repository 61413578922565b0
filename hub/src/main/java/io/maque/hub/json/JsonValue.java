package io.maque.hub.json;

import io.maque.hub.reference.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A value of a parsed document that knows where it stands, so that a complaint about it can say so.
 *
 * <p>{@code find…} answers empty when a field is absent or of another kind; the plain name throws.
 */
public final class JsonValue {
  private final String where;
  private final Object value;

  /**
   * @param where the document in words, then the path within it
   * @param value a {@code Map<String, Object>}, a {@code List}, a {@code String}, a {@code Long}, a
   *     {@code Double}, a {@code Boolean}, or null where there is nothing
   */
  JsonValue(String where, Object value) {
    this.where = where;
    this.value = value;
  }

  /** The value of a field; a value that is nothing when there is none. */
  public JsonValue at(String field) {
    Object found = value instanceof Map<?, ?> map ? map.get(field) : null;
    return new JsonValue("%s: %s".formatted(where, field), found);
  }

  /** Whether this object has the field, with any value but null. */
  public boolean has(String field) {
    return at(field).value != null;
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
      elements.add(new JsonValue("%s[%d]".formatted(where, elements.size()), element));
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
    return at(field).value instanceof Long number && number >= 0
        ? OptionalLong.of(number)
        : OptionalLong.empty();
  }

  /** The whole number of at least 0 of a field. */
  public long count(String field) {
    return findCount(field).orElseThrow(() -> at(field).unexpected("a whole number of at least 0"));
  }

  private MalformedJsonException unexpected(String expected) {
    String found = value == null ? "missing" : Quoted.shorten(value.toString());
    return new MalformedJsonException("%s is %s, expected %s".formatted(where, found, expected));
  }
}
