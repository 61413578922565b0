package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.grammar.Expression;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON Schema (draft 2020-12, the subset that docs/structured-output.md lists) as rules of a
 * grammar. Every object, array and referenced schema becomes a rule named after its JSON pointer,
 * so that schemas may refer to themselves; all else stands where it is used.
 */
final class SchemaGrammar {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_SCHEMAS = 20_000;
  private static final List<String> TYPES =
      List.of("object", "array", "string", "number", "integer", "boolean", "null");

  private final JsonNode root;
  private final Map<String, Expression> rules;

  /** Goes before the names of this schema's rules, which share a grammar with other schemas'. */
  private final String prefix;

  private final Map<String, String> referenced = new HashMap<>();
  private int depth;
  private int schemas;

  private SchemaGrammar(JsonNode root, String prefix, Map<String, Expression> rules) {
    this.root = root;
    this.prefix = prefix;
    this.rules = rules;
  }

  /**
   * Adds the rules of a schema to those of a grammar, which has {@link JsonRules#rules()} already.
   *
   * @param prefix begins the names of the rules
   * @return what a value of the schema looks like
   * @throws UnsupportedSchemaException for what cannot be guaranteed
   */
  static Expression add(JsonNode schema, String prefix, Map<String, Expression> rules) {
    return new SchemaGrammar(schema, prefix, rules).value(schema, "");
  }

  /** What a value of the schema at {@code pointer} looks like. */
  Expression value(JsonNode schema, String pointer) {
    if (++depth > MAX_DEPTH) {
      throw new UnsupportedSchemaException(
          pointer, "expected schemas nested at most %d deep".formatted(MAX_DEPTH));
    }
    if (++schemas > MAX_SCHEMAS) {
      throw new UnsupportedSchemaException(
          "", "expected at most %d schemas within, found more".formatted(MAX_SCHEMAS));
    }
    Expression value =
        switch (schema) {
          case ObjectNode object -> value(object, pointer);
          case JsonNode any when any.isBoolean() && any.booleanValue() -> JsonRules.VALUE;
          case JsonNode none when none.isBoolean() ->
              throw new UnsupportedSchemaException(pointer, "false allows no value");
          default ->
              throw new UnsupportedSchemaException(
                  pointer, "expected a schema, that is an object or true");
        };
    depth--;
    return value;
  }

  private Expression value(ObjectNode schema, String pointer) {
    if (schema.has("$ref")) {
      Keywords.requireAlone(schema, pointer, "$ref");
      return reference(schema.get("$ref"), pointer + "/$ref");
    }
    if (schema.has("const")) {
      Keywords.requireAlone(schema, pointer, "const", "type");
      return constants(List.of(schema.get("const")), schema, pointer, "const");
    }
    if (schema.has("enum")) {
      Keywords.requireAlone(schema, pointer, "enum", "type");
      return constants(elements(schema, pointer, "enum"), schema, pointer, "enum");
    }
    for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
      if (schema.has(keyword)) {
        Keywords.requireAlone(schema, pointer, keyword);
        return combined(keyword, elements(schema, pointer, keyword), pointer + "/" + keyword);
      }
    }
    Keywords.requireTyped(schema, pointer);
    Set<String> types = types(schema, pointer);
    return types.isEmpty()
        ? JsonRules.VALUE
        : Options.of(types.stream().map(type -> typed(type, schema, pointer)).toList());
  }

  private Expression combined(String keyword, List<JsonNode> schemas, String pointer) {
    if (keyword.equals("allOf") && schemas.size() > 1) {
      throw new UnsupportedSchemaException(
          pointer, "allOf of several schemas is not supported: merge them into one");
    }
    if (keyword.equals("oneOf")) {
      new Alternatives(this::resolve).requireDisjoint(schemas, pointer);
    }
    List<Expression> options = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      options.add(value(schemas.get(i), pointer + "/" + i));
    }
    return Options.of(options);
  }

  private Expression constants(
      List<JsonNode> values, ObjectNode schema, String pointer, String keyword) {
    Set<String> types = schema.has("type") ? types(schema, pointer) : Set.of();
    List<Expression> options =
        values.stream()
            .filter(value -> types.isEmpty() || types.stream().anyMatch(type -> is(value, type)))
            .peek(value -> requireFinite(value, pointer + "/" + keyword))
            .map(JsonRules::constant)
            .toList();
    if (options.isEmpty()) {
      throw new UnsupportedSchemaException(
          pointer + "/" + keyword, "expected a value of the type that the schema names");
    }
    return Options.of(options);
  }

  /** Numbers beyond a double were read as infinity, which JSON cannot write. */
  private static void requireFinite(JsonNode value, String pointer) {
    if (value.isNumber() && !Double.isFinite(value.doubleValue())) {
      throw new UnsupportedSchemaException(pointer, "expected numbers that fit a double");
    }
    value.forEach(element -> requireFinite(element, pointer));
  }

  private static boolean is(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.canConvertToExactIntegral();
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  /** The types that {@code type} names, or that the keywords speak of when there is none. */
  private static Set<String> types(ObjectNode schema, String pointer) {
    Set<String> types = new LinkedHashSet<>();
    JsonNode named = schema.get("type");
    if (named == null) {
      addIf(Keywords.any(schema, Keywords.OBJECT), "object", types);
      addIf(Keywords.any(schema, Keywords.ARRAY), "array", types);
      addIf(Keywords.any(schema, Keywords.STRING), "string", types);
      addIf(Keywords.any(schema, Keywords.NUMBER), "number", types);
      return types;
    }
    for (JsonNode type : named.isArray() ? named : List.of(named)) {
      if (!type.isTextual() || !TYPES.contains(type.textValue())) {
        throw new UnsupportedSchemaException(
            pointer + "/type", "expected one or more of " + String.join(", ", TYPES));
      }
      types.add(type.textValue());
    }
    if (types.isEmpty()) {
      throw new UnsupportedSchemaException(pointer + "/type", "expected a type, found none");
    }
    if (types.contains("number")) {
      types.remove("integer");
    }
    return types;
  }

  private static void addIf(boolean condition, String type, Set<String> types) {
    if (condition) {
      types.add(type);
    }
  }

  private Expression typed(String type, ObjectNode schema, String pointer) {
    return switch (type) {
      case "object" -> new ObjectRules(this, schema, pointer).value();
      case "array" -> new ArrayRules(this, schema, pointer).value();
      case "string" -> StringRules.read(schema, pointer);
      case "number" -> NumberRules.read(schema, pointer).numbers();
      case "integer" -> NumberRules.read(schema, pointer).integers();
      case "boolean" -> JsonRules.BOOLEAN;
      default -> JsonRules.NULL;
    };
  }

  /** Gives {@code body} a rule of its own. */
  Expression rule(String kind, String pointer, Expression body) {
    rules.put(name(kind, pointer), body);
    return Expression.reference(name(kind, pointer));
  }

  /** What the rule for what is at {@code pointer} is called in the grammar. */
  String name(String kind, String pointer) {
    return "%s%s at #%s".formatted(prefix, kind, pointer);
  }

  private Expression reference(JsonNode target, String pointer) {
    String path = path(target, pointer);
    String name = referenced.get(path);
    if (name == null) {
      name = name("schema", path);
      referenced.put(path, name);
      rules.put(name, value(find(path, pointer), path));
    }
    return Expression.reference(name);
  }

  /** Follows {@code $ref} to the schema it means. */
  private JsonNode resolve(JsonNode schema, String pointer) {
    JsonNode resolved = schema;
    for (int i = 0; resolved.has("$ref"); i++) {
      if (i > MAX_DEPTH) {
        throw new UnsupportedSchemaException(pointer, "expected $ref to lead to a schema");
      }
      resolved = find(path(resolved.get("$ref"), pointer), pointer);
    }
    return resolved;
  }

  private static String path(JsonNode target, String pointer) {
    String text = target.isTextual() ? target.textValue() : "";
    if (!text.startsWith("#") || text.length() > 1 && text.charAt(1) != '/') {
      throw new UnsupportedSchemaException(
          pointer, "expected a pointer into this schema, such as #/$defs/name");
    }
    try {
      return URLDecoder.decode(text.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedSchemaException(pointer, "expected a pointer, found a broken escape");
    }
  }

  private JsonNode find(String path, String pointer) {
    JsonNode found = root.at(path);
    if (found.isMissingNode()) {
      throw new UnsupportedSchemaException(
          pointer, "expected a schema at #%s".formatted(Keywords.shortened(path)));
    }
    return found;
  }

  private static List<JsonNode> elements(ObjectNode schema, String pointer, String keyword) {
    JsonNode array = schema.get(keyword);
    if (!array.isArray() || array.isEmpty()) {
      throw new UnsupportedSchemaException(
          pointer + "/" + keyword, "expected an array with an element or more");
    }
    List<JsonNode> elements = new ArrayList<>(array.size());
    array.forEach(elements::add);
    return elements;
  }
}
