package io.maque.server.tools;

import static io.maque.grammar.Expression.any;
import static io.maque.grammar.Expression.choice;
import static io.maque.grammar.Expression.literal;
import static io.maque.grammar.Expression.noneOf;
import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.range;
import static io.maque.grammar.Expression.reference;
import static io.maque.grammar.Expression.repeat;
import static io.maque.grammar.Expression.sequence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.maque.chat.ToolCallFormat;
import io.maque.grammar.Expression;
import io.maque.grammar.Expression.Range;
import io.maque.server.schema.Grammars;
import io.maque.server.schema.ResponseFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Answers whose calls are written as the model itself would, and fit the schemas of the tools: tag,
 * name, arguments. Calls that are forced are the whole answer; others may follow a text, and what
 * begins like a call must be one.
 */
record CallGrammar(ToolUse use, ToolCallFormat format) implements Grammars.Source {
  private static final int MAX_CALLS = 16;
  private static final Expression CHARACTER = range(0, Character.MAX_CODE_POINT);

  @Override
  public String key() {
    StringBuilder key = new StringBuilder("calls %s".formatted(format));
    key.append(use.choice().forced()).append(use.parallel());
    for (String name : names()) {
      key.append(' ').append(TextNode.valueOf(name)).append(schema(name));
    }
    return key.toString();
  }

  private TreeSet<String> names() {
    return new TreeSet<>(use.choice().forced() ? use.choice().names() : use.names());
  }

  /** Arguments of a tool that is not strict, and not forced, are any object. */
  private JsonNode schema(String name) {
    boolean held = use.choice().forced() || use.strict().contains(name);
    return held ? use.schemas().get(name) : ResponseFormat.JSON_OBJECT.schema();
  }

  @Override
  public Map<String, Expression> rules() {
    Map<String, Expression> rules = Grammars.sharedRules();
    List<Expression> calls = new ArrayList<>();
    for (String name : names()) {
      Expression arguments = Grammars.add(schema(name), "tool " + name + " ", rules);
      calls.add(
          sequence(
              literal("{\"name\": " + TextNode.valueOf(name)),
              literal(", \"" + format.argumentsKey() + "\": "),
              arguments,
              literal("}")));
    }
    rules.put("call", new Expression.Choice(calls));
    boolean forced = use.choice().forced();
    rules.put(
        "answer",
        switch (format) {
          case LLAMA3 -> forced ? reference("call") : choice(reference("call"), withoutCall());
          case HERMES -> {
            tagged(rules);
            yield forced
                ? sequence(literal(format.begin()), reference("calls"))
                : choice(reference("call"), reference("text"));
          }
        });
    return rules;
  }

  private static Expression withoutCall() {
    return optional(sequence(noneOf(List.of(new Range('{', '{'))), any(CHARACTER)));
  }

  /** What follows the tag of the first call, and texts up to that tag. */
  private void tagged(Map<String, Expression> rules) {
    Expression rest = sequence(literal("\n"), reference("call"), literal("\n" + format.end()));
    int more = use.parallel() ? MAX_CALLS - 1 : 0;
    rules.put(
        "calls", sequence(rest, repeat(sequence(literal("\n" + format.begin()), rest), 0, more)));
    if (use.choice().forced()) {
      return;
    }
    // Rule "text k" goes on behind the first k characters of the tag, as Knuth, Morris and Pratt
    // search; the first character comes once in the tag, so a mismatch starts over.
    String tag = format.begin();
    char first = tag.charAt(0);
    // An answer that begins with a brace would be a call without tags.
    List<Range> begin = List.of(new Range(first, first), new Range('{', '{'), new Range(0, ' '));
    rules.put(
        "text",
        sequence(
            any(range(0, ' ')),
            optional(
                choice(
                    sequence(literal("" + first), reference("text 1")),
                    sequence(noneOf(begin), reference("text 0"))))));
    Expression other = any(noneOf(List.of(new Range(first, first))));
    rules.put(
        "text 0", sequence(other, optional(sequence(literal("" + first), reference("text 1")))));
    for (int k = 1; k < tag.length(); k++) {
      char next = tag.charAt(k);
      String behind = k + 1 < tag.length() ? "text " + (k + 1) : "calls";
      List<Range> neither = List.of(new Range(next, next), new Range(first, first));
      rules.put(
          "text " + k,
          optional(
              choice(
                  sequence(literal("" + next), reference(behind)),
                  sequence(literal("" + first), reference("text 1")),
                  sequence(noneOf(neither), reference("text 0")))));
    }
  }
}
