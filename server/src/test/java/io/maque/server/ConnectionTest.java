package io.maque.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a library for HTTP hides: the sockets themselves. */
class ConnectionTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String WHOLE = question("endless", "");
  private static final String STREAMED = question("endless", ", \"stream\": true");
  private static TinyServer server;

  @BeforeAll
  static void start() {
    server = TinyServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String question(String model, String more) {
    return """
    {"model": "%s", "messages": [{"role": "user", "content": "Hello"}]%s}\
    """
        .formatted(model, more);
  }

  @Test
  void aClientThatLeavesEndsItsWholeAnswer() {
    try (RawClient client = new RawClient(server.port())) {
      client.post(CHAT, WHOLE);
      awaitRunning(1);
    }
    awaitRunning(0);
  }

  @Test
  void aClientThatLeavesEndsItsStream() {
    try (RawClient client = new RawClient(server.port())) {
      client.post(CHAT, STREAMED).readUntil("again");
      assertThat(EndlessModel.running()).isOne();
    }
    awaitRunning(0);
  }

  @Test
  void allAnswersEndWithTheClient() {
    try (RawClient client = new RawClient(server.port())) {
      client.post(CHAT, question("endless", ", \"n\": 3, \"stream\": true")).readUntil("again");
      assertThat(EndlessModel.running()).isEqualTo(3);
    }
    awaitRunning(0);
  }

  @Test
  void aClientOfHttp2ThatGivesUpEndsItsAnswer() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      // The first request without a body is upgraded; what follows is HTTP/2.
      HttpResponse<String> upgraded =
          client.send(server.request("/health").build(), HttpResponse.BodyHandlers.ofString());
      assertThat(upgraded.version()).isEqualTo(HttpClient.Version.HTTP_2);
      for (String body : new String[] {WHOLE, STREAMED}) {
        HttpRequest request =
            server
                .request(CHAT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        CompletableFuture<?> answer =
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        awaitRunning(1);
        answer.cancel(true);
        awaitRunning(0);
      }
    }
  }

  @Test
  void aConnectionServesRequestAfterRequest() {
    try (RawClient client = new RawClient(server.port())) {
      for (int i = 0; i < 3; i++) {
        client.post(CHAT, question("tiny", ", \"max_tokens\": 2"));
        assertThat(client.readAnswer()).startsWith("HTTP/1.1 200").contains("chat.completion");
      }
    }
  }

  @Test
  void requestsMayBeSentBeforeTheAnswers() {
    String body = question("tiny", ", \"max_tokens\": 2");
    try (RawClient client = new RawClient(server.port())) {
      client
          .post(CHAT, body)
          .post(CHAT, body)
          .send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(client.readAnswer()).contains("chat.completion");
      assertThat(client.readAnswer()).contains("chat.completion");
      assertThat(client.readAnswer()).contains("\"status\":\"ok\"");
    }
  }

  @Test
  void httpOneZeroIsAnsweredAndClosed() {
    try (RawClient client = new RawClient(server.port())) {
      String answer = client.send("GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n").readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ok\"}");
    }
  }

  @Test
  void aBodyMayComeInChunksAndAfterContinue() {
    String body = question("tiny", ", \"max_tokens\": 2");
    String head =
        "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    try (RawClient client = new RawClient(server.port())) {
      client.send(head + "Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < body.length(); i += 10) {
        String chunk = body.substring(i, Math.min(i + 10, body.length()));
        client.send("%x\r\n%s\r\n".formatted(chunk.length(), chunk));
      }
      client.send("0\r\n\r\n");
      assertThat(client.readAnswer()).contains("chat.completion");

      client.send(head + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
      assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
      assertThat(client.send(body).readAnswer()).contains("chat.completion");
    }
  }

  @Test
  void whoSendsTooSlowlyIsLetGo() {
    try (RawClient head = new RawClient(server.port());
        RawClient body = new RawClient(server.port());
        RawClient nothing = new RawClient(server.port())) {
      head.send("GET /health HT");
      body.send(
          "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
      body.send("Content-Length: 1000\r\n\r\n{\"model\"");
      assertThat(head.readToEnd()).isEmpty();
      body.readToEnd();
      assertThat(nothing.readToEnd()).isEmpty();
    }
  }

  @Test
  void whoDoesNotReadIsLetGo() {
    try (RawClient client = new RawClient(server.port())) {
      client.post(CHAT, question("endless", ", \"stream\": true, \"max_tokens\": 1"));
      awaitRunning(1);
      awaitRunning(0);
    }
  }

  @Test
  void theServerGoesOnAfterwards() {
    assertThat(server.get("/health").statusCode()).isEqualTo(200);
  }

  private static void awaitRunning(int count) {
    await(() -> EndlessModel.running() == count, "running answers to be " + count);
  }

  private static void await(BooleanSupplier condition, String what) {
    for (int i = 0; i < 500; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    throw new AssertionError("expected " + what + " within 5 s, found " + EndlessModel.running());
  }
}
