package io.maque.hub.convert;

import io.maque.hub.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One model of a {@code config.json}: the document, or the part of it that describes the text model
 * or the image encoder. A field that the part lacks has the default of the class that wrote it,
 * since some versions leave out what has not been changed.
 */
final class ModelConfig {
  private static final long MOST = 1L << 30;

  private final JsonValue part;
  private final Map<String, ? extends Number> defaults;

  ModelConfig(JsonValue part, Map<String, ? extends Number> defaults) {
    this.part = part;
    this.defaults = defaults;
  }

  /** A positive whole number. */
  int count(String field) {
    return findCount(field)
        .orElseThrow(() -> part.at(field).unexpected("a whole number from 1 to " + MOST));
  }

  /** A positive whole number, or empty where neither file nor class has one. */
  Optional<Integer> findCount(String field) {
    OptionalLong found = part.findCount(field);
    if (found.isEmpty() && !part.has(field) && defaults.containsKey(field)) {
      found = OptionalLong.of(defaults.get(field).longValue());
    }
    if (found.isPresent() && (found.getAsLong() < 1 || found.getAsLong() > MOST)) {
      throw part.at(field).unexpected("a whole number from 1 to " + MOST);
    }
    return found.isPresent() ? Optional.of((int) found.getAsLong()) : Optional.empty();
  }

  /** A finite number. */
  double number(String field) {
    return findNumber(field).orElseThrow(() -> part.at(field).unexpected("a number"));
  }

  /** A finite number, or empty where neither file nor class has one. */
  Optional<Double> findNumber(String field) {
    OptionalDouble found = part.findNumber(field);
    if (found.isEmpty() && !part.has(field) && defaults.containsKey(field)) {
      found = OptionalDouble.of(defaults.get(field).doubleValue());
    }
    if (found.isPresent() && !Double.isFinite(found.getAsDouble())) {
      throw part.at(field).unexpected("a finite number");
    }
    return found.isPresent() ? Optional.of(found.getAsDouble()) : Optional.empty();
  }

  /** Whether a field is true; a missing one is not. */
  boolean isTrue(String field) {
    return part.findBoolean(field).orElse(false);
  }

  /** Fails unless a text field is missing or one of {@code known}. */
  void require(String field, List<String> known) {
    if (part.has(field) && !known.contains(part.findText(field).orElse(""))) {
      throw part.at(field).unexpected(String.join(" or ", known));
    }
  }

  JsonValue at(String field) {
    return part.at(field);
  }
}
