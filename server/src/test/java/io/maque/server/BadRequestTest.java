package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a client can do wrong: each with its status, code and field, and a server that goes on. */
class BadRequestTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A field of a chat completion, and what is said about it. */
  private record Case(String field, String param, String code) {}

  @TestFactory
  Stream<DynamicTest> fieldsOfChatCompletions() {
    return Stream.of(
            new Case("'temperature': -0.1", "temperature", "invalid_value"),
            new Case("'temperature': 1e400", "temperature", "invalid_value"),
            new Case("'temperature': 'warm'", "temperature", "invalid_type"),
            new Case("'temperature': [1]", "temperature", "invalid_type"),
            new Case("'top_p': 1.01", "top_p", "invalid_value"),
            new Case("'top_k': -1", "top_k", "invalid_value"),
            new Case("'top_k': 1.5", "top_k", "invalid_type"),
            new Case("'min_p': 1", "min_p", "invalid_value"),
            new Case("'repetition_penalty': 0", "repetition_penalty", "invalid_value"),
            new Case("'presence_penalty': 2.1", "presence_penalty", "invalid_value"),
            new Case("'frequency_penalty': -1e308", "frequency_penalty", "invalid_value"),
            new Case("'seed': 9223372036854775808", "seed", "invalid_value"),
            new Case("'seed': 'x'", "seed", "invalid_type"),
            new Case("'n': 0", "n", "invalid_value"),
            new Case("'n': 1000000", "n", "invalid_value"),
            new Case("'max_tokens': 0", "max_tokens", "invalid_value"),
            new Case("'max_tokens': -1", "max_tokens", "invalid_value"),
            new Case("'max_tokens': 1e30", "max_tokens", "invalid_value"),
            new Case("'max_completion_tokens': true", "max_completion_tokens", "invalid_type"),
            new Case("'max_tokens': 1, 'max_completion_tokens': 2", "max_tokens", "invalid_value"),
            new Case("'stop': ''", "stop", "invalid_value"),
            new Case("'stop': ['a', '']", "stop[1]", "invalid_value"),
            new Case("'stop': [" + "'a',".repeat(16) + "'a']", "stop", "invalid_value"),
            new Case("'stop': 7", "stop", "invalid_type"),
            new Case("'logit_bias': {'a': 1}", "logit_bias", "invalid_value"),
            new Case("'logit_bias': {'1': 101}", "logit_bias.1", "invalid_value"),
            new Case("'logit_bias': []", "logit_bias", "invalid_type"),
            new Case("'logit_bias': {'999999999': 1}", "logit_bias", "invalid_value"),
            new Case("'top_logprobs': 2", "top_logprobs", "invalid_value"),
            new Case("'logprobs': true, 'top_logprobs': 21", "top_logprobs", "invalid_value"),
            new Case("'logprobs': 1", "logprobs", "invalid_type"),
            new Case("'stream': 'yes'", "stream", "invalid_type"),
            new Case("'stream_options': {}", "stream_options", "invalid_value"),
            new Case(
                "'stream': true, 'stream_options': {'x': 1}",
                "stream_options.x",
                "unknown_parameter"),
            new Case("'store': true", "store", "unsupported_parameter"),
            new Case("'modalities': ['audio']", "modalities", "unsupported_parameter"),
            new Case("'functions': []", "functions", "unsupported_parameter"),
            new Case("'chat_template_kwargs': 1", "chat_template_kwargs", "invalid_type"),
            new Case("'chat_template_kwargs': {'messages': 1}", "", "invalid_value"),
            new Case("'model': 3", "model", "invalid_type"),
            new Case("'model': '../etc'", "model", "model_not_found"),
            new Case("'temprature': 1", "temprature", "unknown_parameter"))
        .map(each ->
            DynamicTest.dynamicTest(
                each.field(),
                () -> {
                  String fields = each.field().replace('\'', '"');
                  String body =
                      "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], " + fields + "}";
                  int status = each.code().equals("model_not_found") ? 404 : 400;
                  check(server.post(CHAT, body), status, each.param(), each.code());
                }));
  }

  @TestFactory
  Stream<DynamicTest> messages() {
    return Stream.of(
            new Case("[]", "messages", "missing_required_parameter"),
            new Case("{}", "messages", "invalid_type"),
            new Case("['a']", "messages[0]", "invalid_type"),
            new Case("[{}]", "messages[0].role", "missing_required_parameter"),
            new Case("[{'role': 'boss', 'content': 'a'}]", "messages[0].role", "invalid_value"),
            new Case("[{'role': 'user'}]", "messages[0].content", "missing_required_parameter"),
            new Case("[{'role': 'user', 'content': 1}]", "messages[0].content", "invalid_type"),
            new Case(
                "[{'role': 'user', 'content': 'a', 'x': 1}]", "messages[0].x", "unknown_parameter"),
            new Case(
                "[{'role': 'user', 'content': [{'type': 'video'}]}]",
                "messages[0].content[0].type",
                "invalid_value"),
            new Case(
                "[{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {'url': 'x'}}]}]",
                "messages[0].content[0].image_url.url",
                "invalid_value"),
            new Case(
                "[{'role': 'tool', 'content': 'a'}]",
                "messages[0].tool_call_id",
                "missing_required_parameter"))
        .map(each ->
            DynamicTest.dynamicTest(
                each.field(),
                () -> {
                  String body = "{\"messages\": " + each.field().replace('\'', '"') + "}";
                  check(server.post(CHAT, body), 400, each.param(), each.code());
                }));
  }

  @TestFactory
  Stream<DynamicTest> bodiesThatAreNoObject() {
    String deep = "[".repeat(100_000);
    return Stream.of(
            "",
            "{",
            "[]",
            "null",
            "1",
            "\"a\"",
            "{} {}",
            "{\"a\":NaN}",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":1,\"a\":2}",
            "{\"n\":" + deep,
            deep,
            "\u0000",
            "\ufeff{}")
        .map(body ->
            DynamicTest.dynamicTest(
                body.isEmpty() ? "empty" : body.substring(0, Math.min(10, body.length())),
                () -> assertThat(server.post(CHAT, body).statusCode()).isEqualTo(400)));
  }

  @Test
  void aBodyMustBeUtf8() {
    HttpRequest.BodyPublisher broken =
        HttpRequest.BodyPublishers.ofByteArray(
            "{\"prompt\": \"é\"}".getBytes(StandardCharsets.ISO_8859_1));
    HttpRequest.BodyPublisher utf16 =
        HttpRequest.BodyPublishers.ofByteArray(
            "{\"prompt\": \"a\"}".getBytes(StandardCharsets.UTF_16));
    for (HttpRequest.BodyPublisher body : new HttpRequest.BodyPublisher[] {broken, utf16}) {
      HttpResponse<String> response =
          server.send(server.request(CHAT).header("Content-Type", "application/json").POST(body));
      check(response, 400, "", "invalid_json");
    }
  }

  @Test
  void anImageIsRefusedByName() {
    String body =
        """
        {"model": "tiny", "messages": [{"role": "user", "content": [
          {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]}\
        """;

    assertThat(json(server.post(CHAT, body)).at("/error/message").asText())
        .contains("model tiny cannot read images");
    assertThat(
            json(server.post(CHAT, "{\"model\":\"tiny\",\"prompt\":\"a\",\"image\":\"AAAA\"}"))
                .at("/error/message")
                .asText())
        .contains("model tiny cannot read images");
  }

  @Test
  void aPromptMustFitTheContext() {
    String prompt = "a".repeat(2000);

    check(
        server.post(CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}"),
        400,
        "",
        "context_length_exceeded");
    check(
        server.post(COMPLETIONS, "{\"prompt\": \"" + prompt + "\"}"),
        400,
        "",
        "context_length_exceeded");
  }

  @TestFactory
  Stream<DynamicTest> prompts() {
    return Stream.of(
            new Case("''", "", "empty_prompt"),
            new Case("[]", "prompt", "invalid_value"),
            new Case("[[]]", "prompt[0]", "invalid_value"),
            new Case("[1, 'a']", "prompt[1]", "invalid_type"),
            new Case("[-1]", "prompt[0]", "invalid_value"),
            new Case("[2000000000]", "prompt", "invalid_value"),
            new Case("{}", "prompt", "invalid_type"),
            new Case("'a', 'suffix': 'b'", "suffix", "unsupported_parameter"),
            new Case("'a', 'n': 2, 'best_of': 3", "best_of", "invalid_value"),
            new Case("['a','b','c'], 'n': 16", "n", "invalid_value"))
        .map(each ->
            DynamicTest.dynamicTest(
                each.field(),
                () -> {
                  String body = "{\"prompt\": " + each.field().replace('\'', '"') + "}";
                  check(server.post(COMPLETIONS, body), 400, each.param(), each.code());
                }));
  }

  @Test
  void methodsTypesAndPathsAreChecked() {
    HttpResponse<String> method = server.get(CHAT);
    check(method, 405, "", "method_not_allowed");
    assertThat(method.headers().firstValue("Allow")).hasValue("POST");
    check(server.send(server.request("/v1/models").DELETE()), 405, "", "method_not_allowed");
    check(
        server.send(
            server
                .request(CHAT)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))),
        415,
        "",
        "unsupported_media_type");
    check(server.get("/v1/nothing"), 404, "", "not_found");
    check(server.get("/v1/models/nothing"), 404, "model", "model_not_found");
    assertThat(json(server.get("/v1/models/tiny")).at("/id").asText()).isEqualTo("tiny");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() {
    try (RawClient client = new RawClient(server.port())) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100000000\r\n\r\n{");
      assertThat(client.readAnswer()).startsWith("HTTP/1.1 413").contains("body_too_large");
    }
  }

  @Test
  void framingThatCouldBeReadTwoWaysIsRefused() {
    for (String framing :
        new String[] {
          "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: 2\r\nContent-Length: 3\r\n",
          "Content-Length: -1\r\n",
          "X: " + "a".repeat(100_000) + "\r\n"
        }) {
      try (RawClient client = new RawClient(server.port())) {
        client.send("POST " + CHAT + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n{}");
        assertThat(client.readToEnd()).as(framing).startsWith("HTTP/1.1 4");
      }
    }
  }

  @Test
  void aFullQueueSaysWhenToComeBack() {
    // Four answers run and eight wait: sixteen are more than fit.
    HttpResponse<String> response =
        server.post(CHAT, "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"n\": 16}");

    check(response, 503, "", "queue_full");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  private static void check(HttpResponse<String> response, int status, String param, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = json(response).at("/error");
    assertThat(error.at("/code").asText()).as(response.body()).isEqualTo(code);
    assertThat(error.at("/param").asText("")).as(response.body()).isEqualTo(param);
    assertThat(error.at("/message").asText()).isNotBlank().doesNotContain("Exception", "io.maque");
    assertThat(error.at("/type").asText()).endsWith("_error");
  }
}
