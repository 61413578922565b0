package io.maque.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.server.EndlessModel;
import io.maque.server.TinyServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** curl, as the documentation of either API uses it. */
@Timeout(60)
class CurlTest {
  private static final String QUESTION =
      "\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]";
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
  void chats() throws Exception {
    String body = "{\"model\": \"tiny\", \"max_tokens\": 4, %s}".formatted(QUESTION);

    String answer =
        curl("/v1/chat/completions", "-H", "Content-Type: application/json", "-d", body);

    assertThat(TinyServer.json(answer).at("/choices/0/message/content").asText()).isNotEmpty();
  }

  @Test
  void chunkedAndHttp2Bodies() throws Exception {
    String body = "{\"model\": \"tiny\", \"max_tokens\": 4, %s}".formatted(QUESTION);
    for (String version : List.of("--http1.1", "--http2", "--http2-prior-knowledge")) {
      String answer =
          curl(
              "/v1/chat/completions",
              version,
              "-H",
              "Content-Type: application/json",
              "-H",
              "Transfer-Encoding: chunked",
              "-d",
              body);

      assertThat(TinyServer.json(answer).at("/choices/0/message/content").asText())
          .as(version)
          .isNotEmpty();
    }
  }

  @Test
  void ollamaWithoutContentType() throws Exception {
    String answer =
        curl(
            "/api/chat",
            "-d",
            "{\"model\": \"tiny\", \"options\": {\"num_predict\": 4}, %s}".formatted(QUESTION));

    assertThat(answer.lines()).hasSizeGreaterThan(1);
    assertThat(TinyServer.json(answer.lines().toList().getLast()).at("/done").asBoolean()).isTrue();
  }

  @Test
  void probesTheRoot() throws Exception {
    assertThat(curl("/", "--head")).startsWith("HTTP/1.1 200");
    // A body after a head would be the begin of the next answer.
    assertThat(curl("/", "--head", "--next", url("/api/version")))
        .contains("HTTP/1.1 200")
        .endsWith("}");
    assertThat(curl("/", "-o", "/dev/null", "-w", "%{http_code}")).isEqualTo("200");
  }

  @Test
  void killedInAStreamEndsTheAnswer() throws Exception {
    String body = "{\"model\": \"endless\", \"stream\": true, %s}".formatted(QUESTION);
    Process curl =
        process("/v1/chat/completions", "-H", "Content-Type: application/json", "-d", body);
    try (BufferedReader lines = curl.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).startsWith("data: ");
      assertThat(EndlessModel.running()).isOne();
      curl.destroyForcibly().waitFor();
    }
    Eventually.await("the answer is cancelled", () -> EndlessModel.running() == 0);
  }

  private static String curl(String path, String... options)
      throws IOException, InterruptedException {
    Process curl = process(path, options);
    String out = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(curl.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(curl.waitFor()).as(err).isZero();
    return out;
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  private static Process process(String path, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "-N"));
    command.addAll(List.of(options));
    command.add(1, url(path));
    return new ProcessBuilder(command).start();
  }
}
