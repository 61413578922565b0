package io.maque.server.schema;

import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.grammar.Expression;

/**
 * Arrays. Where a schema says nothing of elements behind {@code prefixItems}, none come, unless
 * {@code minItems} wants them.
 */
final class ArrayRules {
  private static final int MAX_PREFIX = 100;

  private final SchemaGrammar grammar;
  private final ObjectNode schema;
  private final String pointer;
  private final JsonNode prefix;
  private final int min;
  private final int max;

  ArrayRules(SchemaGrammar grammar, ObjectNode schema, String pointer) {
    this.grammar = grammar;
    this.schema = schema;
    this.pointer = pointer;
    this.prefix = schema.path("prefixItems");
    this.min = Bounds.read(schema, pointer, "minItems", 0);
    this.max = Bounds.read(schema, pointer, "maxItems", Expression.UNBOUNDED);
    Bounds.requireOrder(min, max, pointer, "minItems", "maxItems");
    if (schema.has("prefixItems") && (!prefix.isArray() || prefix.size() > MAX_PREFIX)) {
      throw new UnsupportedSchemaException(
          pointer + "/prefixItems",
          "expected an array of at most %d schemas".formatted(MAX_PREFIX));
    }
  }

  Expression value() {
    if (!Keywords.any(schema, Keywords.ARRAY)) {
      return JsonRules.ARRAY;
    }
    Expression elements = prefix.isEmpty() ? JsonRules.list(item(), min, itemsMax()) : tuple();
    return grammar.rule("array", pointer, JsonRules.enclosed("[", elements, "]"));
  }

  private Expression tuple() {
    int fixed = Math.min(prefix.size(), max);
    int more = max == Expression.UNBOUNDED ? max : max - fixed;
    int least = Math.max(0, min - fixed);
    boolean open = more > 0 && (schema.has("items") ? itemsMax() > 0 : least > 0);
    Expression tail =
        open ? Expression.repeat(sequence(JsonRules.COMMA, item()), least, more) : Expression.EMPTY;
    if (!open && least > 0) {
      throw new UnsupportedSchemaException(
          pointer + "/minItems", "expected at most as many items as prefixItems allows");
    }
    for (int i = fixed - 1; i >= 0; i--) {
      Expression element = grammar.value(prefix.get(i), pointer + "/prefixItems/" + i);
      Expression rest = sequence(i == 0 ? Expression.EMPTY : JsonRules.COMMA, element, tail);
      tail = i < min ? rest : optional(rest);
    }
    return tail;
  }

  /** Most items behind the prefix, as far as {@code items} says: none where it is false. */
  private int itemsMax() {
    JsonNode items = schema.path("items");
    if (items.isBoolean() && !items.booleanValue()) {
      if (prefix.isEmpty() && min > 0) {
        throw new UnsupportedSchemaException(pointer + "/items", "false allows no item");
      }
      return 0;
    }
    return max;
  }

  private Expression item() {
    boolean none = schema.path("items").isBoolean() && !schema.path("items").booleanValue();
    return !schema.has("items") || none
        ? JsonRules.VALUE
        : grammar.value(schema.get("items"), pointer + "/items");
  }
}
