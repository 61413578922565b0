package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Proves that the schemas of a {@code oneOf} exclude each other, so that a value of one is never a
 * value of another: by their types, by constants, by constants of a property that both require, or
 * by required properties that the other, being closed, does not have.
 */
final class Alternatives {
  private static final int MAX_SCHEMAS = 100;

  private final Resolver resolver;

  /** Follows {@code $ref}. */
  @FunctionalInterface
  interface Resolver {
    JsonNode resolve(JsonNode schema, String pointer);
  }

  Alternatives(Resolver resolver) {
    this.resolver = resolver;
  }

  void requireDisjoint(List<JsonNode> schemas, String pointer) {
    if (schemas.size() > MAX_SCHEMAS) {
      throw new UnsupportedSchemaException(
          pointer, "expected at most %d schemas, found %d".formatted(MAX_SCHEMAS, schemas.size()));
    }
    for (int i = 0; i < schemas.size(); i++) {
      JsonNode a = resolver.resolve(schemas.get(i), pointer + "/" + i);
      for (int j = i + 1; j < schemas.size(); j++) {
        JsonNode b = resolver.resolve(schemas.get(j), pointer + "/" + j);
        if (!disjoint(a, b)) {
          throw new UnsupportedSchemaException(
              pointer,
              ("oneOf: a value might match %d and %d both; use anyOf, or a required property with"
                      + " another const in each")
                  .formatted(i, j));
        }
      }
    }
  }

  private static boolean disjoint(JsonNode a, JsonNode b) {
    return apart(types(a), types(b))
        || apart(constants(a), constants(b))
        || byCommonProperty(a, b)
        || lacks(b, a) && lacks(a, b);
  }

  /** Whether both sets are known and have nothing in common. */
  private static <T> boolean apart(Set<T> a, Set<T> b) {
    return !a.isEmpty() && !b.isEmpty() && a.stream().noneMatch(b::contains);
  }

  private static Set<String> types(JsonNode schema) {
    Set<String> types = new HashSet<>();
    JsonNode named = schema.path("type");
    if (named.isTextual()) {
      types.add(named.textValue());
    }
    if (named.isArray()) {
      named.forEach(type -> types.add(type.asText()));
    }
    for (JsonNode value : constants(schema)) {
      types.add(value.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    if (types.remove("integer")) {
      types.add("number");
    }
    return types;
  }

  private static Set<JsonNode> constants(JsonNode schema) {
    Set<JsonNode> constants = new HashSet<>();
    if (schema.has("const")) {
      constants.add(comparable(schema.get("const")));
    } else {
      schema.path("enum").forEach(value -> constants.add(comparable(value)));
    }
    return constants;
  }

  /** Numbers that are written differently may be equal: all of them count as one. */
  private static JsonNode comparable(JsonNode value) {
    return value.isNumber() ? IntNode.valueOf(0) : value;
  }

  private static boolean byCommonProperty(JsonNode a, JsonNode b) {
    Set<String> required = required(a);
    required.retainAll(required(b));
    return bothObjects(a, b)
        && required.stream()
            .anyMatch(name ->
                apart(
                    constants(a.path("properties").path(name)),
                    constants(b.path("properties").path(name))));
  }

  /** Whether {@code closed} allows no property of some name that {@code other} requires. */
  private static boolean lacks(JsonNode closed, JsonNode other) {
    JsonNode additional = closed.path("additionalProperties");
    return bothObjects(closed, other)
        && additional.isBoolean()
        && !additional.booleanValue()
        && required(other).stream().anyMatch(name -> !closed.path("properties").has(name));
  }

  private static boolean bothObjects(JsonNode a, JsonNode b) {
    return a.path("type").asText().equals("object") && b.path("type").asText().equals("object");
  }

  private static Set<String> required(JsonNode schema) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    return required;
  }
}
