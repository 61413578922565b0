package io.maque.server.schema;

import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.grammar.Expression;
import io.maque.grammar.Expression.Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Objects, their properties in the order of the schema. Others come only where {@code
 * additionalProperties} asks for them, or where the schema names none at all.
 */
final class ObjectRules {
  private static final int MAX_PROPERTIES = 1000;

  private final SchemaGrammar grammar;
  private final ObjectNode schema;
  private final String pointer;
  private final List<Property> properties = new ArrayList<>();

  private record Property(Expression pair, boolean required) {}

  ObjectRules(SchemaGrammar grammar, ObjectNode schema, String pointer) {
    this.grammar = grammar;
    this.schema = schema;
    this.pointer = pointer;
  }

  Expression value() {
    if (!Keywords.any(schema, Keywords.OBJECT)) {
      return JsonRules.OBJECT;
    }
    JsonNode named = schema.path("properties");
    if (schema.has("properties") && !named.isObject() || named.size() > MAX_PROPERTIES) {
      throw new UnsupportedSchemaException(
          pointer + "/properties",
          "expected an object of at most %d schemas".formatted(MAX_PROPERTIES));
    }
    Set<String> required = required(named);
    named
        .properties()
        .forEach(entry -> {
          String at = pointer + "/properties/" + Keywords.escape(entry.getKey());
          Expression value = grammar.value(entry.getValue(), at);
          properties.add(
              new Property(
                  sequence(JsonRules.key(entry.getKey()), value),
                  required.contains(entry.getKey())));
        });
    Expression others = others(named);
    return grammar.rule("object", pointer, JsonRules.enclosed("{", members(others), "}"));
  }

  private Set<String> required(JsonNode named) {
    Set<String> required = new HashSet<>();
    JsonNode list = schema.path("required");
    if (schema.has("required") && !list.isArray()) {
      throw new UnsupportedSchemaException(pointer + "/required", "expected an array of names");
    }
    for (JsonNode name : list) {
      if (!named.has(name.asText())) {
        throw new UnsupportedSchemaException(
            pointer + "/required",
            "expected names of properties, found %s".formatted(Keywords.shortened(name.asText())));
      }
      required.add(name.asText());
    }
    return required;
  }

  /** One further member, or null when there are none. */
  private Expression others(JsonNode named) {
    JsonNode additional = schema.path("additionalProperties");
    boolean open = !schema.has("properties") && !schema.has("additionalProperties");
    if (!open
        && (additional.isMissingNode() || additional.isBoolean() && !additional.asBoolean())) {
      return null;
    }
    Expression value =
        open ? JsonRules.VALUE : grammar.value(additional, pointer + "/additionalProperties");
    List<String> names = new ArrayList<>();
    named.fieldNames().forEachRemaining(names::add);
    return sequence(
        names.isEmpty() ? JsonRules.STRING : keyOtherThan(names), JsonRules.COLON, value);
  }

  /**
   * A key that is none of these, written without escapes, since an escape could spell a name in
   * disguise. What a name begins with must go on differently, or end before the name does.
   */
  private static Expression keyOtherThan(List<String> names) {
    return JsonRules.quoted(
        otherThan(names.stream().map(name -> name.codePoints().toArray()).toList(), 0));
  }

  private static Expression otherThan(List<int[]> names, int depth) {
    Map<Integer, List<int[]>> byNext = new TreeMap<>();
    boolean ends = true;
    for (int[] name : names) {
      if (name.length == depth) {
        ends = false;
      } else {
        byNext.computeIfAbsent(name[depth], next -> new ArrayList<>()).add(name);
      }
    }
    List<Range> excluded = new ArrayList<>();
    excluded.add(new Range(0, 0x1F));
    excluded.add(new Range('"', '"'));
    excluded.add(new Range('\\', '\\'));
    List<Expression> options = new ArrayList<>();
    byNext.forEach((next, rest) -> {
      excluded.add(new Range(next, next));
      if (next > 0x1F && next != '"' && next != '\\') {
        options.add(sequence(Expression.range(next, next), otherThan(rest, depth + 1)));
      }
    });
    options.add(sequence(Expression.noneOf(excluded), Expression.any(JsonRules.PLAIN_CHARACTER)));
    return ends ? optional(Options.of(options)) : Options.of(options);
  }

  private Expression members(Expression others) {
    int firstRequired = 0;
    while (firstRequired < properties.size() && !properties.get(firstRequired).required()) {
      firstRequired++;
    }
    if (properties.isEmpty()) {
      return others == null ? Expression.EMPTY : JsonRules.list(others, 0, Expression.UNBOUNDED);
    }
    // Whichever comes first has no comma before it; those behind it follow in their order.
    List<Expression> begins = new ArrayList<>();
    List<Expression> behind = firstRequired == 0 ? List.of(behind(1, others)) : chain(others);
    for (int first = 0; first <= firstRequired && first < properties.size(); first++) {
      begins.add(sequence(properties.get(first).pair(), behind.get(first)));
    }
    if (firstRequired < properties.size()) {
      return Options.of(begins);
    }
    if (others != null) {
      begins.add(JsonRules.list(others, 1, Expression.UNBOUNDED));
    }
    return optional(Options.of(begins));
  }

  /** Members from {@code begin} on, each with its comma. */
  private Expression behind(int begin, Expression others) {
    List<Expression> parts = new ArrayList<>();
    for (Property property : properties.subList(begin, properties.size())) {
      parts.add(withComma(property));
    }
    if (others != null) {
      parts.add(Expression.any(sequence(JsonRules.COMMA, others)));
    }
    return new Expression.Sequence(parts);
  }

  private static Expression withComma(Property property) {
    Expression member = sequence(JsonRules.COMMA, property.pair());
    return property.required() ? member : optional(member);
  }

  /** What follows each property, as rules that go on with the next, so that beginnings share it. */
  private List<Expression> chain(Expression others) {
    List<Expression> behind = new ArrayList<>();
    Expression next = behind(properties.size(), others);
    behind.add(next);
    for (int i = properties.size() - 1; i > 0; i--) {
      next =
          grammar.rule(
              "member %d".formatted(i), pointer, sequence(withComma(properties.get(i)), next));
      behind.addFirst(next);
    }
    return behind;
  }
}
