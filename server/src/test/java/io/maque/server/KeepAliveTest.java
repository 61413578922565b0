package io.maque.server;

import static io.maque.server.TinyServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ollama's {@code keep_alive}: how long a model stays in memory after a request. */
@Timeout(60)
class KeepAliveTest {
  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void zeroUnloadsAtOnceAndMinusOneNever() throws Exception {
    try (GuardedServer server = new GuardedServer(folder, "idle-unload=15m")) {
      ask(server, "a", "-1");
      ask(server, "b", "\"5m\"");
      JsonNode both = loaded(server);
      assertThat(both.size()).isEqualTo(2);
      assertThat(expiry(both, "a")).startsWith("9999-");
      assertThat(Instant.parse(expiry(both, "b")))
          .isBetween(Instant.now().plusSeconds(200), Instant.now().plusSeconds(301));

      ask(server, "a", "0");
      ask(server, "b", "\"200ms\"");
      awaitLoaded(server, 0);
    }
  }

  @Test
  void whoSaysNothingChangesNothing() throws Exception {
    try (GuardedServer server = new GuardedServer(folder, "idle-unload=never")) {
      ask(server, "a", "\"1h\"");
      ask(server, "a", "null");
      assertThat(Instant.parse(expiry(loaded(server), "a")))
          .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3601));
    }
  }

  @Test
  void anEmptyPromptUnloadsAndNeverLoadsForThat() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      String unload = "{\"model\": \"a\", \"keep_alive\": 0}";
      assertThat(post(server, "/api/generate", unload).at("/done_reason").asText())
          .isEqualTo("unload");
      assertThat(loaded(server).size()).isZero();

      assertThat(post(server, "/api/generate", "{\"model\": \"a\"}").at("/done_reason").asText())
          .isEqualTo("load");
      assertThat(loaded(server).size()).isOne();
      assertThat(post(server, "/api/generate", unload).at("/done_reason").asText())
          .isEqualTo("unload");
      awaitLoaded(server, 0);
    }
  }

  @Test
  void aPinnedModelStays() throws Exception {
    try (GuardedServer server = new GuardedServer(folder, "pin=a")) {
      ask(server, "a", "0");
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      assertThat(loaded(server).size()).isOne();
    }
  }

  @Test
  void embeddingsCanSayItToo() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      post(server, "/api/embed", "{\"model\": \"a\", \"input\": \"a\", \"keep_alive\": 0}");
      awaitLoaded(server, 0);
    }
  }

  private void ask(GuardedServer server, String model, String keepAlive) throws Exception {
    String body =
        """
        {"model": "%s", "prompt": "a", "stream": false, "keep_alive": %s, "options": {"num_predict": 1}}\
        """
            .formatted(model, keepAlive);
    assertThat(post(server, "/api/generate", body).path("done").asBoolean()).isTrue();
  }

  private static String expiry(JsonNode models, String name) {
    for (JsonNode model : models) {
      if (model.path("name").asText().equals(name)) {
        return model.path("expires_at").asText();
      }
    }
    throw new AssertionError("no " + name + " in " + models);
  }

  private void awaitLoaded(GuardedServer server, int count) throws Exception {
    while (loaded(server).size() != count) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private JsonNode loaded(GuardedServer server) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(address(server, "/api/ps")).build();
    return json(client.send(request, BodyHandlers.ofString())).path("models");
  }

  private JsonNode post(GuardedServer server, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(address(server, path)).POST(BodyPublishers.ofString(body)).build();
    return json(client.send(request, BodyHandlers.ofString()));
  }

  private static URI address(GuardedServer server, String path) {
    return URI.create("http://localhost:" + server.port() + path);
  }
}
