package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.maque.grammar.Expression;
import java.util.Map;

/**
 * An answer that is one JSON value.
 *
 * @param schema what the value is valid under
 */
public record ResponseFormat(JsonNode schema) implements Grammars.Source {
  /** Any JSON object. */
  public static final ResponseFormat JSON_OBJECT =
      new ResponseFormat(JsonNodeFactory.instance.objectNode().put("type", "object"));

  /**
   * Compiles the schema once, to refuse what cannot be guaranteed before anything runs.
   *
   * @throws UnsupportedSchemaException for what cannot be guaranteed
   */
  public ResponseFormat requireSupported() {
    Grammars.compile(rules());
    return this;
  }

  @Override
  public String key() {
    return "schema " + schema;
  }

  @Override
  public Map<String, Expression> rules() {
    Map<String, Expression> rules = Grammars.sharedRules();
    rules.put("answer", Grammars.add(schema, "", rules));
    return rules;
  }
}
