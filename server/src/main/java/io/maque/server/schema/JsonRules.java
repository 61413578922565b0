package io.maque.server.schema;

import static io.maque.grammar.Expression.any;
import static io.maque.grammar.Expression.choice;
import static io.maque.grammar.Expression.literal;
import static io.maque.grammar.Expression.noneOf;
import static io.maque.grammar.Expression.oneOf;
import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.range;
import static io.maque.grammar.Expression.reference;
import static io.maque.grammar.Expression.repeat;
import static io.maque.grammar.Expression.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.maque.grammar.Expression;
import io.maque.grammar.Expression.Range;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of JSON texts (RFC 8259) as models write them. White space is at most one space, or a
 * new line with up to {@value #MAX_INDENT} spaces, and only where people put it, so that no answer
 * is drowned in it.
 */
final class JsonRules {
  static final Expression DIGIT = range('0', '9');
  static final Expression HEX = choice(DIGIT, range('a', 'f'), range('A', 'F'));

  /** Digits of the longest integer: every one of them fits 64 bits. */
  static final int MAX_DIGITS = 18;

  /** Digits behind the point: as many as a double can tell apart. */
  static final int MAX_FRACTION = 17;

  static final Expression INTEGER =
      choice(
          literal("0"),
          sequence(optional(literal("-")), range('1', '9'), repeat(DIGIT, 0, MAX_DIGITS - 1)));

  static final Expression FRACTION = sequence(literal("."), repeat(DIGIT, 1, MAX_FRACTION));

  /** The exponent has two digits at most: no number is beyond the range of a double. */
  static final Expression NUMBER =
      sequence(
          optional(literal("-")),
          choice(literal("0"), sequence(range('1', '9'), repeat(DIGIT, 0, MAX_DIGITS - 1))),
          optional(FRACTION),
          optional(sequence(oneOf("eE"), optional(oneOf("+-")), repeat(DIGIT, 1, 2))));

  static final Expression BOOLEAN = choice(literal("true"), literal("false"));
  static final Expression NULL = literal("null");

  /** Characters that stand for themselves in a string. */
  static final Expression PLAIN_CHARACTER =
      noneOf(List.of(new Range(0, 0x1F), new Range('"', '"'), new Range('\\', '\\')));

  /** Escapes of one code point; surrogates are written as themselves, in UTF-8. */
  private static final Expression ESCAPE =
      sequence(
          literal("\\"),
          choice(
              oneOf("\"\\/bfnrt"),
              sequence(
                  literal("u"),
                  choice(
                      sequence(choice(DIGIT, oneOf("abcefABCEF")), repeat(HEX, 3, 3)),
                      sequence(oneOf("dD"), range('0', '7'), repeat(HEX, 2, 2))))));

  static final Expression CHARACTER = choice(PLAIN_CHARACTER, ESCAPE);

  private static final int MAX_INDENT = 32;

  static final Expression SPACE = reference("space");
  static final Expression STRING = reference("string");
  static final Expression VALUE = reference("value");
  static final Expression OBJECT = reference("object");
  static final Expression ARRAY = reference("array");
  static final Expression COMMA = sequence(literal(","), SPACE);
  static final Expression COLON = sequence(literal(":"), optional(literal(" ")));

  private JsonRules() {}

  /** The rules that the references above name. */
  static Map<String, Expression> rules() {
    Map<String, Expression> rules = new LinkedHashMap<>();
    rules.put(
        "space",
        optional(
            choice(literal(" "), sequence(literal("\n"), repeat(oneOf(" \t"), 0, MAX_INDENT)))));
    rules.put("string", quoted(any(CHARACTER)));
    rules.put("value", choice(OBJECT, ARRAY, STRING, NUMBER, BOOLEAN, NULL));
    Expression member = sequence(STRING, COLON, VALUE);
    rules.put("object", enclosed("{", list(member, 0, Expression.UNBOUNDED), "}"));
    rules.put("array", enclosed("[", list(VALUE, 0, Expression.UNBOUNDED), "]"));
    return rules;
  }

  static Expression quoted(Expression characters) {
    return sequence(literal("\""), characters, literal("\""));
  }

  /** Items with commas between them. */
  static Expression list(Expression item, int min, int max) {
    if (max == 0) {
      return Expression.EMPTY;
    }
    int most = max == Expression.UNBOUNDED ? max : max - 1;
    Expression some = sequence(item, repeat(sequence(COMMA, item), Math.max(0, min - 1), most));
    return min == 0 ? optional(some) : some;
  }

  static Expression enclosed(String open, Expression content, String close) {
    return sequence(literal(open), SPACE, content, SPACE, literal(close));
  }

  /** A value as it is written without white space. */
  static Expression constant(JsonNode value) {
    return literal(value.toString());
  }

  static Expression key(String name) {
    return sequence(constant(TextNode.valueOf(name)), COLON);
  }
}
