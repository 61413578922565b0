package io.maque.server.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas that are meant to hurt: a clear error, soon, or a grammar like any other. */
class HostileSchemaTest {
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(200_000).build())
              .build());

  private static void assertRefused(JsonNode schema, String message) {
    assertThatThrownBy(() -> new ResponseFormat(schema).requireSupported())
        .isInstanceOf(UnsupportedSchemaException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(500));
  }

  private static ObjectNode pattern(String pattern) {
    return JSON.createObjectNode().put("type", "string").put("pattern", pattern);
  }

  @Test
  void nestingWithoutEnd() throws Exception {
    int depth = 100_000;
    ObjectNode nested = JSON.createObjectNode().put("type", "string");
    for (int i = 0; i < depth; i++) {
      ObjectNode outer = JSON.createObjectNode().put("type", "array");
      outer.set("items", nested);
      nested = outer;
    }

    assertRefused(nested, "nested at most 100 deep");
    assertRefused(pattern("(".repeat(900) + ")".repeat(900)), "nested more than 50");
    assertRefused(pattern("(".repeat(60_000)), "more than 2000 characters");
  }

  @Test
  void enormousEnums() {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode values = schema.putArray("enum");
    IntStream.range(0, 100_000).forEach(i -> values.add("value number " + i));

    assertRefused(schema, "states");
  }

  @Test
  void anEnumOfAThousandIsFine() {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode values = schema.putArray("enum");
    IntStream.range(0, 1000).forEach(i -> values.add("value number " + i));

    assertThatCode(() -> new ResponseFormat(schema).requireSupported()).doesNotThrowAnyException();
  }

  @Test
  void countsWithoutMeasure() throws Exception {
    JsonNode large =
        JSON.readTree(
            """
            {"type": "array", "minItems": 5, "maxItems": 1000000000,
             "items": {"type": "string", "minLength": 1000000, "maxLength": 2000000000}}\
            """);

    assertThatCode(() -> new ResponseFormat(large).requireSupported()).doesNotThrowAnyException();
    assertRefused(JSON.readTree("{\"type\": \"array\", \"minItems\": -1}"), "whole number");
    assertRefused(JSON.readTree("{\"type\": \"string\", \"maxLength\": 1e40}"), "whole number");
    assertRefused(JSON.readTree("{\"type\": \"integer\", \"minimum\": 1e400000}"), "digits");
    assertRefused(JSON.readTree("{\"const\": {\"a\": [1e999]}}"), "fit a double");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a{0,1000}){0,1000}",
        "((a|b)*a(a|b){1,12}){30}c{99999}",
        "^(?=x)",
        "(?<!x)y",
        "(a)\\1",
        "\\bword",
        "\\p{L}",
        "a**",
        "+a",
        "a{3,1}",
        "[z-a]",
        "[a-\\d]",
        "[a",
        "(a",
        "a)",
        "a^b",
        "a$b",
        "(^a)",
        "\\",
        "\\u12",
        "\\ud800",
        "x{,3}",
      })
  void patternsThatAreNotSupported(String pattern) {
    assertRefused(pattern(pattern), "#/pattern");
  }

  @Test
  void patternsThatExplode() {
    assertRefused(pattern("^(a|b)*a(a|b){20}!$"), "states");
    assertRefused(pattern("^((((a{50}){50}){50}){50})$"), "multiply");
  }

  @Test
  void referencesInCircles() throws Exception {
    for (String schema :
        new String[] {
          "{'$ref': '#'}",
          "{'anyOf': [{'$ref': '#'}, {'$ref': '#'}]}",
          "{'type': 'object', 'properties': {'a': {'$ref': '#'}}, 'required': ['a']}",
          "{'type': 'array', 'items': {'$ref': '#'}, 'minItems': 1}",
          "{'oneOf': [{'$ref': '#/oneOf/0'}, {'type': 'null'}]}",
        }) {
      assertThatThrownBy(
              () -> new ResponseFormat(JSON.readTree(schema.replace('\'', '"'))).requireSupported())
          .as(schema)
          .isInstanceOf(UnsupportedSchemaException.class);
    }
    // Some end can be chosen in each of these.
    for (String schema :
        new String[] {
          "{'anyOf': [{'type': 'array', 'items': {'$ref': '#'}}, {'type': 'null'}]}",
          "{'type': 'object', 'properties': {'a': {'$ref': '#'}}}",
        }) {
      assertThatCode(
              () -> new ResponseFormat(JSON.readTree(schema.replace('\'', '"'))).requireSupported())
          .as(schema)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void combinationsWithoutEnd() throws Exception {
    ObjectNode schema = JSON.createObjectNode().put("type", "string");
    for (int i = 0; i < 40; i++) {
      ObjectNode outer = JSON.createObjectNode();
      outer.putArray("anyOf").add(schema).add(schema);
      schema = outer;
    }
    ObjectNode doubled = schema;

    assertRefused(doubled, "schemas");
  }

  @Test
  void aThousandOptionalPropertiesAreFine() throws Exception {
    String properties =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"property%d\": {\"type\": \"string\"}".formatted(i))
            .collect(Collectors.joining(","));
    JsonNode schema =
        JSON.readTree("{\"type\": \"object\", \"properties\": {%s}}".formatted(properties));

    assertThatCode(() -> new ResponseFormat(schema).requireSupported()).doesNotThrowAnyException();
    assertThat(new ResponseFormat(schema).rules()).isInstanceOf(Map.class);
  }
}
