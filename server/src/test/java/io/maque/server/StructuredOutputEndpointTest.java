package io.maque.server;

import static io.maque.server.TinyServer.events;
import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.boot.OpenOptions;
import io.maque.fixture.TinyModels;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that knows nothing, held to schemas and to calls of tools. */
class StructuredOutputEndpointTest {
  private static final String PATH = "/v1/chat/completions";

  /** Few tokens, since every byte of a prompt is one. */
  private static final String TEMPLATE =
      """
      {%- if tools -%}<tool_call>{%- for tool in tools -%}{{ tool.function.name }} {% endfor -%}{%- endif -%}
      {%- for message in messages -%}
      {{ message.content }}{%- for call in message.tool_calls or [] -%}
      {{ call.function.name }}{{ call.function.arguments | tojson }}{%- endfor -%}
      {%- endfor -%}
      """;

  private static final String TOOLS =
      """
      "tools": [{"type": "function", "function": {"name": "move", "parameters": {
        "type": "object", "properties": {"to": {"enum": ["left", "right"]}, "by": {"type": "integer",
        "minimum": 1, "maximum": 12}}, "required": ["to", "by"], "additionalProperties": false}}},
        {"type": "function", "function": {"name": "stop"}}]
      """;

  private static TinyServer server;

  @BeforeAll
  static void start() {
    server =
        TinyServer.start(
            TinyModels.withoutTemplate(7).put("tokenizer.chat_template", TEMPLATE),
            OpenOptions.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> ask(String fields) {
    return server.post(
        PATH,
        """
        {"messages": [{"role": "user", "content": "Hi"}], "seed": 5, "temperature": 1, %s}\
        """
            .formatted(fields));
  }

  private static String schema(String schema) {
    return """
    "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": %s}}\
    """
        .formatted(schema);
  }

  private static final String COLOURS =
      """
      {"type": "object", "properties": {
        "colours": {"type": "array", "items": {"enum": ["red", "green"]}, "minItems": 2, "maxItems": 3},
        "sure": {"type": "boolean"}}, "required": ["colours", "sure"], "additionalProperties": false}
      """;

  @Test
  void answersAreHeldToASchema() {
    JsonNode body = json(ask(schema(COLOURS)));

    JsonNode answer = json(body.at("/choices/0/message/content").asText());
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    assertThat(answer.at("/colours").size()).isBetween(2, 3);
    answer.at("/colours").forEach(colour -> assertThat(colour.asText()).isIn("red", "green"));
    assertThat(answer.at("/sure").isBoolean()).isTrue();
  }

  @Test
  void aStreamIsTheSameAnswer() {
    String fields = schema(COLOURS) + ", \"n\": 2";
    JsonNode whole = json(ask(fields));
    List<StringBuilder> texts = List.of(new StringBuilder(), new StringBuilder());
    List<String> events = events(ask(fields + ", \"stream\": true"));
    for (String event : events.subList(0, events.size() - 1)) {
      JsonNode choice = json(event).at("/choices/0");
      texts.get(choice.at("/index").asInt()).append(choice.at("/delta/content").asText(""));
    }

    for (int i = 0; i < 2; i++) {
      assertThat(texts.get(i)).hasToString(whole.at("/choices/" + i + "/message/content").asText());
    }
  }

  @Test
  void whatDoesNotFitTheContextIsCutAndSaysSo() {
    JsonNode body =
        json(ask("\"response_format\": {\"type\": \"json_object\"}, \"max_tokens\": 2"));

    assertThat(body.at("/choices/0/message/content").asText()).startsWith("{");
    assertThat(body.at("/choices/0/finish_reason").asText()).isIn("length", "stop");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "{'type': 'object', 'properties': {'a': {'not': {}}}};#/properties/a/not;not",
        "{'type': 'string', 'pattern': '(?=a)'};#/pattern;looks around",
        "{'type': 'string', 'format': 'iri'};#/format;date-time",
        "{'$ref': '#/$defs/a', '$defs': {'a': {'$ref': '#/$defs/a'}}};#;without end",
        "{'$ref': 'https://example.com/schema'};#/$ref;pointer into this schema",
        "{'allOf': [{}, {}]};#/allOf;merge",
        "{'type': 'integer', 'minimum': 3, 'maximum': 2};#;least",
        "{'type': 'array', 'uniqueItems': true};#/uniqueItems;uniqueItems",
        "{'oneOf': [{'type': 'string'}, {'enum': ['a']}]};#/oneOf;both",
        "[];#;expected a schema",
      })
  void whatCannotBeGuaranteedIsRefusedByName(String schema, String pointer, String message) {
    HttpResponse<String> response = ask(schema(schema.replace('\'', '"')));

    JsonNode error = json(response).at("/error");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(error.at("/code").asText()).isEqualTo("unsupported_schema");
    assertThat(error.at("/param").asText()).isEqualTo("response_format.json_schema.schema");
    assertThat(error.at("/message").asText()).contains("at " + pointer + ":").contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {"'required'", "{'type': 'function', 'function': {'name': 'move'}}"})
  void callsCanBeForced(String choice) {
    String fields =
        TOOLS + ", \"parallel_tool_calls\": false, \"tool_choice\": " + choice.replace('\'', '"');
    JsonNode body = json(ask(fields));

    JsonNode message = body.at("/choices/0/message");
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
    assertThat(message.get("content").isNull()).isTrue();
    assertThat(message.at("/tool_calls")).hasSize(1);
    JsonNode call = message.at("/tool_calls/0");
    assertThat(call.at("/id").asText()).startsWith("call_");
    assertThat(call.at("/type").asText()).isEqualTo("function");
    assertFits(call.at("/function"));
    assertThat(streamed(fields)).containsExactly(call.get("function"));
  }

  private static void assertFits(JsonNode function) {
    JsonNode arguments = json(function.at("/arguments").asText());
    if (function.at("/name").asText().equals("move")) {
      assertThat(arguments.at("/to").asText()).isIn("left", "right");
      assertThat(arguments.at("/by").asInt()).isBetween(1, 12);
    } else {
      assertThat(function.at("/name").asText()).isEqualTo("stop");
      assertThat(arguments).isEmpty();
    }
  }

  /** The calls of a stream, put together as clients do. */
  private static List<JsonNode> streamed(String fields) {
    List<JsonNode> calls = new ArrayList<>();
    List<String> events = events(ask(fields + ", \"stream\": true"));
    for (String event : events.subList(0, events.size() - 1)) {
      for (JsonNode delta : json(event).at("/choices/0/delta/tool_calls")) {
        if (delta.has("id")) {
          assertThat(delta.at("/index").asInt()).isEqualTo(calls.size());
          calls.add(delta.get("function"));
        } else {
          ObjectNode call = (ObjectNode) calls.get(delta.at("/index").asInt());
          call.put(
              "arguments",
              call.get("arguments").asText() + delta.at("/function/arguments").asText());
        }
      }
    }
    return calls;
  }

  @Test
  void aModelThatIsFreeNeedNotCall() {
    JsonNode body = json(ask(TOOLS + ", \"max_tokens\": 4"));

    assertThat(body.at("/choices/0/message/content").isTextual()).isTrue();
    assertThat(body.at("/choices/0/message").has("tool_calls")).isFalse();
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void callsAndResultsGoBackIntoTheConversation() {
    HttpResponse<String> response =
        server.post(
            PATH,
            """
            {"max_tokens": 1, "messages": [{"role": "user", "content": "Hi"},
             {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
              "function": {"name": "stop", "arguments": "{\\"a\\": [1, null]}"}}]},
             {"role": "tool", "tool_call_id": "c1", "content": "ok"}]}\
            """);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(
            json(server.post(
                    PATH,
                    """
                    {"messages": [{"role": "assistant", "tool_calls": [{"id": "c1",
                      "type": "function", "function": {"name": "f", "arguments": "{"}}]}]}\
                    """))
                .at("/error/param")
                .asText())
        .isEqualTo("messages[0].tool_calls[0].function.arguments");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "'tool_choice': 'required';tools",
        "'tool_choice': 'perhaps';tool_choice",
        "'tools': [{'type': 'function', 'function': {'name': 'a b'}}];tools[0].function.name",
        "'tools': [{'type': 'search'}];tools[0].type",
        "'tools': [{'type': 'function', 'function': {'name': 'f', 'parameters': 3}}];"
            + "tools[0].function.parameters",
        "'tools': [{'type': 'function', 'function': {'name': 'f'}}, "
            + "{'type': 'function', 'function': {'name': 'f'}}];tools[1].function.name",
        "'tools': [{'type': 'function', 'function': {'name': 'f'}}], "
            + "'tool_choice': {'type': 'function', 'function': {'name': 'g'}};"
            + "tool_choice.function.name",
        "'tools': [{'type': 'function', 'function': {'name': 'f', 'parameters': {'not': {}}}}], "
            + "'tool_choice': 'required';tools",
        "'tools': [{'type': 'function', 'function': {'name': 'f'}}], "
            + "'response_format': {'type': 'json_object'};response_format",
        "'response_format': {'type': 'xml'};response_format.type",
        "'response_format': {'type': 'json_schema'};response_format.json_schema",
      })
  void whatMakesNoSenseIsRefused(String fields, String param) {
    HttpResponse<String> response = ask(fields.replace('\'', '"'));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).at("/error/param").asText()).isEqualTo(param);
  }

  @Test
  void aModelWhoseTemplateKnowsNoToolsIsRefused() {
    try (TinyServer plain = TinyServer.start()) {
      HttpResponse<String> response =
          plain.post(
              PATH,
              """
              {"messages": [{"role": "user", "content": "Hi"}], %s}\
              """
                  .formatted(TOOLS));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(json(response).at("/error/param").asText()).isEqualTo("tools");
      assertThat(json(response).at("/error/message").asText()).contains("chat template");
    }
  }
}
