package io.maque.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.maque.cli.Invocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadCommandTest {
  private static final String ANSWER =
      """
      data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant"}}]}

      data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"hi"}}]}

      data: {"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

      data: {"id":"1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

      data: [DONE]

      """;

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String url;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::answer);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(ANSWER.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void jsonHasARunForEachConcurrency() throws Exception {
    Invocation load =
        Invocation.of(
            "load", url, "--model", "m", "--concurrency", "1,2", "--requests", "4", "--json");

    assertThat(load.exitCode()).as(load.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(load.out());
    assertThat(report.at("/runs")).hasSize(2);
    assertThat(report.at("/runs/1/concurrency").asInt()).isEqualTo(2);
    assertThat(report.at("/runs/1/completed").asInt()).isEqualTo(4);
    assertThat(report.at("/runs/1/promptTokens").asInt()).isEqualTo(12);
    assertThat(report.at("/runs/1/completionTokens").asInt()).isEqualTo(8);
    assertThat(report.at("/runs/1/countedBy").asText()).isEqualTo("usage");
    assertThat(report.at("/runs/1/violations")).isEmpty();
    assertThat(report.at("/runs/1/ttftMillis/count").asInt()).isEqualTo(4);
    // A warm-up request for each client.
    assertThat(bodies).hasSize(1 + 4 + 2 + 4).doesNotHaveDuplicates();
  }

  @Test
  void theTableHasALineForEachRun() {
    Invocation load =
        Invocation.of("load", url, "--model", "m", "--rate", "1000,2000", "--requests", "3");

    assertThat(load.exitCode()).as(load.err()).isZero();
    assertThat(load.out().lines()).hasSize(4);
    assertThat(load.out()).contains("TTFT").contains("1000/s").contains("2000/s");
  }

  @Test
  void promptsBodyAndKeyReachTheServer() {
    Invocation load =
        Invocation.with(
            "what is a sparrow?\n",
            Map.of("MAQUE_API_KEY", "secret"),
            "load",
            url,
            "--model",
            "m",
            "--prompts",
            "-",
            "--requests",
            "1",
            "--warmup",
            "0",
            "--body",
            "{\"seed\":7}");

    assertThat(load.exitCode()).as(load.err()).isZero();
    assertThat(bodies).singleElement().asString().contains("what is a sparrow?", "\"seed\":7");
    assertThat(keys).containsExactly("Bearer secret");
    assertThat(load.out() + load.err()).doesNotContain("secret");
  }

  @Test
  void aServerThatAnswersNothingIsAFailure() {
    server.stop(0);

    Invocation load = Invocation.of("load", url, "--model", "m", "--requests", "1");

    assertThat(load.exitCode()).isEqualTo(1);
    assertThat(load.out()).isEmpty();
    assertThat(load.err()).contains("no request was answered").contains("cannot connect");
  }

  @Test
  void wrongUsageNamesTheOption() {
    assertWrong("--concurrency", "--concurrency", "0");
    assertWrong("--rate", "--rate", "-1");
    assertWrong("both", "--rate", "1", "--concurrency", "1");
    assertWrong("--body", "--body", "[]");
    assertWrong("--body", "--body", "{");
    assertWrong("--prompt-tokens", "--prompt-tokens", "4", "--shared-tokens", "4");
    assertWrong("--timeout", "--timeout", "0");
    assertWrong("--abort-rate", "--abort-rate", "2");
    assertThat(Invocation.of("load", "ftp://h", "--model", "m").exitCode()).isEqualTo(2);
    assertThat(Invocation.of("load", url).err()).contains("--model");
  }

  private void assertWrong(String expected, String... options) {
    String[] line = new String[options.length + 4];
    line[0] = "load";
    line[1] = url;
    line[2] = "--model";
    line[3] = "m";
    System.arraycopy(options, 0, line, 4, options.length);
    Invocation load = Invocation.of(line);

    assertThat(load.exitCode()).as(expected).isEqualTo(2);
    assertThat(load.err()).contains(expected);
  }
}
