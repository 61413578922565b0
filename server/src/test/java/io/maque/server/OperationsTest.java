package io.maque.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.observe.Meter;
import io.maque.server.observe.ServerMeters;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server, configured as an operator would, seen from outside. */
@Timeout(120)
class OperationsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String KEY = "alice-0123456789abcdef";

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();

  private static String question(String model, int tokens) {
    return """
    {"model":"%s","max_tokens":%d,"seed":1,"messages":[{"role":"user","content":"top secret"}]}\
    """
        .formatted(model, tokens);
  }

  @Test
  void readinessIsApartFromLiveness() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      assertThat(get(server, "/health").statusCode()).isEqualTo(503);
      assertThat(get(server, "/health").body()).contains("loading");
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
      server.server().ready();
      assertThat(get(server, "/health").statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/ready").body()).contains("ok");
    }
  }

  @Test
  void aModelIsLoadedByTheFirstRequestWhoseReplySaysHowLongItTook() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      JsonNode models = TinyServer.json(get(server, "/v1/models").body());
      JsonNode first = TinyServer.json(post(server, question("a", 3)).body());
      JsonNode second = TinyServer.json(post(server, question("a", 3)).body());

      assertThat(models.path("data").size()).isEqualTo(2);
      assertThat(first.path("timings").path("load_ms").doubleValue()).isPositive();
      assertThat(second.path("timings").path("load_ms").doubleValue()).isZero();
      assertThat(post(server, question("../a", 3)).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aModelThatDoesNotFitIsAClearRefusal() throws Exception {
    try (GuardedServer server =
        new GuardedServer(folder, "memory-budget=1m", "max-sequences=1024")) {
      HttpResponse<String> response = post(server, question("a", 3));

      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("model_too_large", "of memory and at most 1.0 MiB");
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theAccessLogHasALineForEachRequestAndNoPrompt() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      HttpResponse<String> answer =
          client.send(
              request(server, CHAT)
                  .header("X-Request-Id", "mine-1")
                  .POST(HttpRequest.BodyPublishers.ofString(question("a", 3)))
                  .build(),
              BodyHandlers.ofString());
      get(server, "/nowhere%0d%0aforged");

      assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("mine-1");
      List<String> log = server.log();
      assertThat(log).hasSize(2).noneMatch(line -> line.contains("top secret"));
      JsonNode line = TinyServer.json(log.getFirst());
      assertThat(line.path("id").asText()).isEqualTo("mine-1");
      assertThat(line.path("path").asText()).isEqualTo(CHAT);
      assertThat(line.path("status").asInt()).isEqualTo(200);
      assertThat(line.path("model").asText()).isEqualTo("a");
      assertThat(line.path("completion_tokens").asInt()).isPositive();
      assertThat(line.path("ttft_ms").asDouble()).isPositive();
      assertThat(line.path("bytes").asInt()).isGreaterThan(answer.body().length());
      assertThat(TinyServer.json(log.get(1)).path("status").asInt()).isEqualTo(404);
    }
  }

  @Test
  void promptsAreLoggedOnlyWhenAskedFor() throws Exception {
    Path file = folder.resolve("access.log");
    try (GuardedServer server =
        new GuardedServer(folder, "access-log=" + file, "log-prompts=true")) {
      post(server, question("a", 2));
      assertThat(server.log()).isEmpty();
    }
    assertThat(Files.readString(file)).contains("top secret").endsWith("}\n");
  }

  @Test
  void everyMeterIsThereAfterARequest() throws Exception {
    try (GuardedServer server = new GuardedServer(folder)) {
      post(server, question("a", 5));
      get(server, "/nowhere/" + System.nanoTime());

      String metrics = get(server, "/metrics").body();

      assertThat(metrics)
          .contains(
              "maque_http_request_seconds_count{route=\"/v1/chat/completions\",status=\"200\"} 1")
          .contains("route=\"other\",status=\"404\"")
          .contains("maque_time_to_first_token_seconds_bucket{model=\"a\",le=")
          .contains("maque_models_loaded 1.0")
          .contains("maque_model_load_seconds_count{model=\"a\"} 1");
      for (Meter meter : ServerMeters.all()) {
        if (meter != Meter.MODEL_LOAD_FAILURES && meter != Meter.MODEL_UNLOADS) {
          assertThat(metrics).contains("# TYPE " + meter.prometheusName() + " ");
        }
      }
    }
  }

  @Test
  void keysAreAskedForEverywhereButAtTheDoor() throws Exception {
    Path keys = folder.resolve("keys");
    Files.writeString(keys, "alice " + KEY + " rate=6 concurrency=1\n");
    try (GuardedServer server = new GuardedServer(folder, "api-key-file=" + keys)) {
      for (String open : List.of("/", "/health", "/health/live", "/health/ready")) {
        assertThat(get(server, open).statusCode()).as(open).isNotEqualTo(401);
      }
      for (String closed :
          List.of(
              "/v1/models",
              "/metrics",
              "/api/tags",
              "/nowhere",
              "/health/../v1/models",
              "/page/pdf",
              "/page/suggestions")) {
        assertThat(get(server, closed).statusCode()).as(closed).isEqualTo(401);
      }
      assertThat(post(server, question("a", 2)).body()).contains("missing_api_key");
      assertThat(get(server, "/v1/models", "Authorization", "Bearer " + KEY + "x").body())
          .contains("invalid_api_key");
      assertThat(get(server, "/v1/models?key=" + KEY).statusCode()).isEqualTo(401);

      assertThat(get(server, "/v1/models", "Authorization", "bearer " + KEY).statusCode())
          .isEqualTo(200);
      HttpResponse<String> second = get(server, "/v1/models", "X-Api-Key", KEY);
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.headers().firstValue("Retry-After")).hasValue("10");
      assertThat(server.log()).anyMatch(line -> line.contains("\"key\":\"alice\""));
      assertThat(server.log()).noneMatch(line -> line.contains(KEY));
    }
  }

  @Test
  void otherNamesAndOtherSitesAreRefused() throws Exception {
    try (GuardedServer server =
        new GuardedServer(folder, "allow-origin=https://app.example.org", "host-name=maque.lan")) {
      assertThat(raw(server, "Host: evil.example\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("wrong_host");
      assertThat(raw(server, "Host: maque.lan:1\r\n")).startsWith("HTTP/1.1 200");
      assertThat(raw(server, "")).startsWith("HTTP/1.1 400");
      assertThat(raw(server, "Host: localhost\r\nHost: evil.example\r\n"))
          .startsWith("HTTP/1.1 400");
      assertThat(raw(server, "Host: localhost\r\nOrigin: https://evil.example\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("wrong_origin")
          .doesNotContainIgnoringCase("access-control");
      assertThat(raw(server, "Host: localhost\r\nOrigin: null\r\n")).startsWith("HTTP/1.1 403");
      assertThat(raw(server, "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n"))
          .startsWith("HTTP/1.1 403");
      assertThat(raw(server, "Host: localhost\r\nOrigin: http://localhost\r\n"))
          .startsWith("HTTP/1.1 200");
      assertThat(raw(server, "Host: localhost\r\nOrigin: https://app.example.org\r\n"))
          .startsWith("HTTP/1.1 200")
          .containsIgnoringCase("access-control-allow-origin: https://app.example.org");
      try (RawClient preflight = new RawClient(server.port())) {
        assertThat(
                preflight
                    .send(
                        "OPTIONS /v1/models HTTP/1.1\r\nHost: localhost\r\nOrigin:"
                            + " https://app.example.org\r\nConnection: close\r\n\r\n")
                    .readToEnd())
            .startsWith("HTTP/1.1 204")
            .containsIgnoringCase("access-control-allow-headers: Authorization");
      }
    }
  }

  @Test
  void headersAndBodiesHaveLimits() throws Exception {
    try (GuardedServer server =
        new GuardedServer(folder, "max-body=64k", "max-header=8k", "max-header-fields=20")) {
      assertThat(raw(server, "Host: localhost\r\n" + "X-A: b\r\n".repeat(30)))
          .startsWith("HTTP/1.1 431");
      assertThat(raw(server, "Host: localhost\r\nX-A: " + "b".repeat(9000) + "\r\n"))
          .matches("(?s)HTTP/1.1 4\\d\\d.*");
      String deep = "{\"messages\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}";
      assertThat(post(server, deep).statusCode()).isEqualTo(400);
      assertThat(post(server, "{\"x\":\"" + "y".repeat(70_000) + "\"}").statusCode())
          .isEqualTo(413);
      try (RawClient huge = new RawClient(server.port())) {
        huge.send(
            "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{"
                .formatted(CHAT, 100_000_000));
        assertThat(huge.readAnswer()).startsWith("HTTP/1.1 413");
      }
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void moreRequestsThanAllowedAreToldToComeAgain() throws Exception {
    try (GuardedServer server = new GuardedServer(folder, "max-requests=1")) {
      List<CompletableFuture<HttpResponse<String>>> all =
          IntStream.range(0, 12)
              .mapToObj(_ ->
                  client.sendAsync(
                      request(server, CHAT)
                          .POST(HttpRequest.BodyPublishers.ofString(question("a", 200)))
                          .build(),
                      BodyHandlers.ofString()))
              .toList();
      List<Integer> statuses = all.stream().map(each -> each.join().statusCode()).toList();

      assertThat(statuses).contains(200).contains(503).containsOnly(200, 503);
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPhoneThatKnowsTheFingerprintIsServedOverTls() throws Exception {
    try (GuardedServer server = new GuardedServer(folder, "tls=self-signed")) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Pinned(server.identity().fingerprint())}, null);
      try (HttpClient phone = HttpClient.newBuilder().sslContext(context).build()) {
        HttpResponse<String> response =
            phone.send(
                HttpRequest.newBuilder(
                        URI.create("https://localhost:%d/health/live".formatted(server.port())))
                    .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      }
      // Plain HTTP to it is no HTTP, and does no harm.
      try (RawClient plain = new RawClient(server.port())) {
        assertThat(plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readToEnd())
            .doesNotContain("200");
      }
      assertThat(Files.exists(folder.resolve("tls/server.key"))).isTrue();
    }
  }

  private record Pinned(String fingerprint) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      try {
        String found =
            HexFormat.ofDelimiter(":")
                .withUpperCase()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded()));
        if (!found.equals(fingerprint)) {
          throw new CertificateException("found " + found);
        }
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new CertificateException(e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static HttpRequest.Builder request(GuardedServer server, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> get(GuardedServer server, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(server, path);
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> post(GuardedServer server, String json) throws Exception {
    return client.send(
        request(server, CHAT).POST(HttpRequest.BodyPublishers.ofString(json)).build(),
        BodyHandlers.ofString());
  }

  private static String raw(GuardedServer server, String headers) {
    try (RawClient raw = new RawClient(server.port())) {
      return raw.send("GET /health/live HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n")
          .readToEnd();
    }
  }
}
