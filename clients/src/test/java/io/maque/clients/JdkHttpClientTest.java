package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.server.EndlessModel;
import io.maque.server.TinyServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's client at default settings: it offers HTTP/2 with its first request. */
@Timeout(60)
class JdkHttpClientTest {
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
  void postsFirstAndStreams() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<Stream<String>> response =
            client.send(question("tiny"), HttpResponse.BodyHandlers.ofLines());

        List<String> lines = response.body().toList();
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(lines).filteredOn(line -> line.startsWith("data: {")).hasSizeGreaterThan(5);
        assertThat(lines).endsWith("data: [DONE]", "");
      }
    }
  }

  @Test
  void isUpgradedToHttp2AndStreams() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> models =
          client.send(
              HttpRequest.newBuilder(uri("/v1/models")).build(),
              HttpResponse.BodyHandlers.ofString());
      HttpResponse<Stream<String>> answer =
          client.send(question("tiny"), HttpResponse.BodyHandlers.ofLines());

      assertThat(models.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.body().toList()).endsWith("data: [DONE]", "");
    }
  }

  @Test
  void leavesAStream() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Stream<String>> response =
          client.send(question("endless"), HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        assertThat(lines.limit(3).toList()).hasSize(3);
        assertThat(EndlessModel.running()).isOne();
      }
      Eventually.await("the answer is cancelled", () -> EndlessModel.running() == 0);
    }
  }

  private static HttpRequest question(String model) {
    return HttpRequest.newBuilder(uri("/v1/chat/completions"))
        .header("Content-Type", "application/json")
        .POST(
            HttpRequest.BodyPublishers.ofString(
                """
                {"model": "%s", "messages": [{"role": "user", "content": "Hello"}],
                 "temperature": 0, "max_tokens": 8, "stream": true}\
                """
                    .formatted(model)))
        .build();
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
