package io.maque.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A JSON object whose fields are taken one by one, each with its type and range; {@link #end}
 * refuses those that nobody took, so that no parameter is ever ignored silently. A field that is
 * {@code null} counts as absent. What is wrong is an {@link HttpException} 400 that names the field
 * by its path.
 */
public final class JsonFields {
  private final ObjectNode node;
  private final String path;
  private final Set<String> taken = new HashSet<>();

  private JsonFields(ObjectNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** The fields of a whole document. */
  public static JsonFields of(JsonNode document) {
    return object(document, "", "the body");
  }

  /** The fields of {@code node}, which stands at {@code path}. */
  public static JsonFields at(String path, JsonNode node) {
    return object(node, path, path);
  }

  private static JsonFields object(JsonNode node, String path, String subject) {
    if (node instanceof ObjectNode object) {
      return new JsonFields(object, path);
    }
    throw new HttpException(
        400,
        "invalid_type",
        path,
        "%s: expected an object, found %s".formatted(subject, kind(node)));
  }

  /** The full path of a field, as errors name it. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Whether a field is there and not null. Does not take it. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  /** A field of any type. */
  public Optional<JsonNode> any(String name) {
    taken.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** A field that must be there. */
  public JsonNode required(String name) {
    return any(name).orElseThrow(() -> missing(name));
  }

  /** A text. */
  public Optional<String> string(String name) {
    return any(name).map(value -> string(path(name), value));
  }

  /** A text that must be there. */
  public String requiredString(String name) {
    return string(path(name), required(name));
  }

  /** One of the given texts. */
  public Optional<String> oneOf(String name, List<String> choices) {
    Optional<String> value = string(name);
    value
        .filter(text -> !choices.contains(text))
        .ifPresent(text -> {
          throw invalid(
              path(name),
              "expected one of %s, found %s".formatted(String.join(", ", choices), quoted(text)));
        });
    return value;
  }

  /** True or false. */
  public boolean flag(String name, boolean otherwise) {
    return any(name)
        .map(value -> {
          if (!value.isBoolean()) {
            throw wrongType(path(name), "true or false", value);
          }
          return value.booleanValue();
        })
        .orElse(otherwise);
  }

  /** A whole number within bounds, both included. */
  public OptionalInt integer(String name, int least, int most) {
    OptionalLong value = longInteger(name, least, most);
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  /** A whole number within bounds, both included. */
  public OptionalLong longInteger(String name, long least, long most) {
    Optional<JsonNode> value = any(name);
    return value.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(integer(path(name), value.get(), least, most));
  }

  /** A number within bounds, both included; infinity and what is no number never are. */
  public OptionalDouble number(String name, double least, double most) {
    Optional<JsonNode> value = any(name);
    return value.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(number(path(name), value.get(), least, most));
  }

  /** An object. */
  public Optional<JsonFields> object(String name) {
    return any(name).map(value -> at(path(name), value));
  }

  /** The elements of an array; empty when the field is absent. */
  public List<JsonNode> array(String name) {
    return any(name)
        .map(value -> {
          if (!value.isArray()) {
            throw wrongType(path(name), "an array", value);
          }
          List<JsonNode> elements = new ArrayList<>(value.size());
          value.forEach(elements::add);
          return elements;
        })
        .orElse(List.of());
  }

  /** All fields, taken, as strings, numbers, booleans, lists and maps. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    node.fieldNames()
        .forEachRemaining(name -> any(name).ifPresent(value -> map.put(name, Json.plain(value))));
    return map;
  }

  /** Takes fields that are accepted and have no effect here. */
  public void accept(String... names) {
    taken.addAll(List.of(names));
  }

  /** Refuses a field that is understood but cannot be served, unless it is null. */
  public void refuse(String name, String why) {
    any(name)
        .ifPresent(value -> {
          throw HttpException.unsupported(path(name), why);
        });
  }

  /**
   * To be called when all fields were taken.
   *
   * @throws HttpException 400 {@code unknown_parameter} when one was not
   */
  public void end() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!taken.contains(name)) {
        throw new HttpException(
            400,
            "unknown_parameter",
            path(shortened(name)),
            "unknown parameter %s: it is refused, since leaving it out could change the answer"
                .formatted(quoted(path(name))));
      }
    }
  }

  /** Text of an element at {@code path}. */
  public static String string(String path, JsonNode value) {
    if (!value.isTextual()) {
      throw wrongType(path, "a string", value);
    }
    return value.textValue();
  }

  /** Whole number of an element at {@code path}, within bounds. */
  public static long integer(String path, JsonNode value, long least, long most) {
    boolean whole =
        value.isIntegralNumber() || value.isNumber() && value.canConvertToExactIntegral();
    if (!whole) {
      throw wrongType(path, "a whole number", value);
    }
    if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
      throw outOfRange(path, Long.toString(least), Long.toString(most), value);
    }
    return value.longValue();
  }

  /** Number of an element at {@code path}, within bounds. */
  public static double number(String path, JsonNode value, double least, double most) {
    if (!value.isNumber()) {
      throw wrongType(path, "a number", value);
    }
    double number = value.doubleValue();
    if (!(number >= least && number <= most)) {
      throw outOfRange(path, plain(least), plain(most), value);
    }
    return number;
  }

  /** 400 for a field of the wrong type. */
  public static HttpException wrongType(String path, String expected, JsonNode found) {
    return HttpException.badField(
        "invalid_type", path, "expected %s, found %s".formatted(expected, kind(found)));
  }

  /** 400 for a field of the right type whose value cannot be. */
  public static HttpException invalid(String path, String message) {
    return HttpException.badField("invalid_value", path, message);
  }

  private static HttpException outOfRange(String path, String least, String most, JsonNode found) {
    return invalid(
        path, "expected %s to %s, found %s".formatted(least, most, shortened(found.asText())));
  }

  private HttpException missing(String name) {
    return HttpException.badField("missing_required_parameter", path(name), "it must be given");
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }

  /** A value as an error shows it: short, and without control characters. */
  public static String quoted(String text) {
    return "'" + shortened(text) + "'";
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "�");
    return line.length() <= 60 ? line : line.substring(0, 57) + "...";
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case BOOLEAN -> value.asText();
      case NULL -> "null";
      case NUMBER -> "the number " + shortened(value.asText());
      case STRING -> "the string " + quoted(value.asText());
      case BINARY, MISSING, POJO -> "nothing";
    };
  }
}
