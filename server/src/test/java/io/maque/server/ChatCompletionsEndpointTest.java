package io.maque.server;

import static io.maque.server.TinyServer.events;
import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.GenerationRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ChatCompletionsEndpointTest {
  private static final String PATH = "/v1/chat/completions";
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersLikeTheModelItself() {
    HttpResponse<String> response =
        server.post(
            PATH,
            """
            {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}],
             "temperature": 0, "max_tokens": 8}\
            """);

    String text = answer("Hello");
    JsonNode body = json(response);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(body.at("/object").asText()).isEqualTo("chat.completion");
    assertThat(body.at("/model").asText()).isEqualTo("tiny");
    assertThat(body.at("/choices/0/message/role").asText()).isEqualTo("assistant");
    assertThat(body.at("/choices/0/message/content").asText()).isEqualTo(text);
    assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
    assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(8);
  }

  @Test
  void streamsTheSameAnswer() {
    HttpResponse<String> response =
        server.post(
            PATH,
            """
            {"model": "tiny", "messages": [{"role": "user", "content": "Hello"}],
             "temperature": 0, "max_tokens": 8,
             "stream": true, "stream_options": {"include_usage": true}}\
            """);

    List<String> events = events(response);
    StringBuilder text = new StringBuilder();
    events
        .subList(0, events.size() - 1)
        .forEach(event -> text.append(json(event).at("/choices/0/delta/content").asText("")));
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(text).hasToString(answer("Hello"));
    assertThat(json(events.getFirst()).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
    assertThat(json(events.get(events.size() - 3)).at("/choices/0/finish_reason").asText())
        .isEqualTo("length");
    assertThat(json(events.get(events.size() - 2)).at("/usage/completion_tokens").asInt())
        .isEqualTo(8);
    assertThat(events.getLast()).isEqualTo("[DONE]");
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    HttpResponse<String> response =
        server.post(PATH, "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"tmp\": 1}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/code").asText()).isEqualTo("unknown_parameter");
    assertThat(json(response).at("/error/param").asText()).isEqualTo("tmp");
  }

  private static String answer(String question) {
    GenerationRequest request = GenerationRequest.chat(question).withMaxTokens(8);
    return server
        .model()
        .generate(
            request.withSampling(request.sampling().toBuilder().temperature(0).build()),
            piece -> {})
        .text();
  }
}
