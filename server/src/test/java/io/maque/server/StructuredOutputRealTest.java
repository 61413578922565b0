package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.boot.LanguageModels;
import io.maque.boot.OpenOptions;
import io.maque.fixture.RealModels;
import io.maque.generate.LanguageModel;
import io.maque.server.connection.ConnectionLimits;
import io.maque.server.router.FixedModels;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Qwen2.5-Coder held to schemas and tools: not only the form is right, so is what it says. */
@Tag("real")
class StructuredOutputRealTest {
  private static final String WEATHER =
      """
      "tools": [{"type": "function", "function": {"name": "get_weather",
        "description": "Current weather of a city", "parameters": {"type": "object", "properties": {
          "city": {"type": "string", "maxLength": 40},
          "unit": {"enum": ["celsius", "fahrenheit"]}},
          "required": ["city", "unit"], "additionalProperties": false}}},
        {"type": "function", "function": {"name": "get_time", "description": "Time of day in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}},
          "required": ["city"]}}}]
      """;

  private static LanguageModel model;
  private static MaqueServer server;

  @BeforeAll
  static void start() {
    model =
        LanguageModels.open(
            RealModels.path("qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
            OpenOptions.DEFAULT.withContextLength(2048));
    server =
        MaqueServer.start(
            new FixedModels(Map.of("qwen", model)), "127.0.0.1", 0, ConnectionLimits.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
    model.close();
  }

  private static JsonNode ask(String question, String fields) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String body =
          """
          {"messages": [{"role": "user", "content": "%s"}], "temperature": 0, "max_tokens": 200, %s}\
          """
              .formatted(question, fields);
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/v1/chat/completions".formatted(server.port())))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return json(response.body()).at("/choices/0");
    }
  }

  @Test
  void extractsWhatTheTextSays() throws Exception {
    JsonNode choice =
        ask(
            "Extract the person as JSON. Text: Maria Silva is 34 years old, lives in Porto and"
                + " speaks Portuguese and English.",
            """
            "response_format": {"type": "json_schema", "json_schema": {"name": "person", "schema":
              {"type": "object", "properties": {"name": {"type": "string"},
               "age": {"type": "integer", "minimum": 0, "maximum": 150}, "city": {"type": "string"},
               "languages": {"type": "array", "items": {"type": "string"}, "maxItems": 5}},
               "required": ["name", "age", "city", "languages"], "additionalProperties": false}}}
            """);

    JsonNode person = json(choice.at("/message/content").asText());
    assertThat(person.at("/name").asText()).isEqualTo("Maria Silva");
    assertThat(person.at("/age").asInt()).isEqualTo(34);
    assertThat(person.at("/city").asText()).isEqualTo("Porto");
    assertThat(person.at("/languages").toString()).contains("Portuguese", "English");
    assertThat(choice.at("/finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void writesAnyObject() throws Exception {
    JsonNode choice =
        ask(
            "List the three primary colours with their hex codes as a JSON object.",
            "\"response_format\": {\"type\": \"json_object\"}");

    assertThat(json(choice.at("/message/content").asText()).isObject()).isTrue();
  }

  @Test
  void callsTheToolThatFits() throws Exception {
    JsonNode choice =
        ask(
            "What is the weather in Paris in celsius?",
            WEATHER + ", \"tool_choice\": \"required\", \"parallel_tool_calls\": false");

    JsonNode function = choice.at("/message/tool_calls/0/function");
    assertThat(function.at("/name").asText()).isEqualTo("get_weather");
    JsonNode arguments = json(function.at("/arguments").asText());
    assertThat(arguments.at("/city").asText()).contains("Paris");
    assertThat(arguments.at("/unit").asText()).isEqualTo("celsius");
    assertThat(choice.at("/finish_reason").asText()).isEqualTo("tool_calls");
  }

  /** This model leaves the tags out. What it means is read all the same. */
  @Test
  void callsByItself() throws Exception {
    for (String tools :
        List.of(
            WEATHER, WEATHER.replace("\"name\": \"get_", "\"strict\": true, \"name\": \"get_"))) {
      JsonNode choice = ask("What is the weather in Paris in celsius?", tools);

      JsonNode function = choice.at("/message/tool_calls/0/function");
      assertThat(function.at("/name").asText()).isEqualTo("get_weather");
      assertThat(json(function.at("/arguments").asText()).at("/city").asText()).contains("Paris");
      assertThat(choice.at("/finish_reason").asText()).isEqualTo("tool_calls");
    }
  }
}
