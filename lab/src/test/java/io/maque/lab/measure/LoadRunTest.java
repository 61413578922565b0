package io.maque.lab.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadRunTest {
  private static final Prompts PROMPTS = Prompts.ofWords(3, 4, 1);

  @Test
  void aClosedLoopKeepsItsClientsBusyAndCountsWhatTheServerCounts() throws Exception {
    CountDownLatch allThere = new CountDownLatch(4);
    try (FakeServer server =
        new FakeServer(reply -> {
          allThere.countDown();
          allThere.await();
          reply.chat("a", "b", "c");
          reply.event(Chunks.usage(9, 4, 7));
          reply.done();
        })) {
      LoadReport report = LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(4).build());

      assertThat(report.completed()).isEqualTo(12);
      assertThat(report.errors()).isEmpty();
      assertThat(report.violations()).isEmpty();
      assertThat(report.promptTokens()).isEqualTo(12 * 9);
      assertThat(report.cachedTokens()).isEqualTo(12 * 4);
      assertThat(report.completionTokens()).isEqualTo(12 * 7);
      assertThat(report.countedByServer()).isTrue();
      assertThat(report.pieces()).isEqualTo(12 * 3);
      assertThat(report.ttft().count()).isEqualTo(12);
      assertThat(report.itl().count()).isEqualTo(12 * 2);
      assertThat(server.mostRunning()).isEqualTo(4);
    }
  }

  @Test
  void timesAreNeverShorterThanTheServersDelays() throws Exception {
    try (FakeServer server =
        new FakeServer(reply -> {
          Thread.sleep(60);
          reply.begin();
          reply.event(Chunks.role());
          Thread.sleep(40);
          reply.event(Chunks.content("a"));
          Thread.sleep(30);
          reply.event(Chunks.content("b"));
          reply.event(Chunks.finish());
          Thread.sleep(20);
          reply.done();
        })) {
      LoadReport report =
          LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(1).requests(2).build());

      // The role is no text, so the first text comes after 100 ms. One per mille is the
      // histogram's.
      assertThat(report.ttft().p50()).isGreaterThan(99);
      assertThat(report.ttft().p50() + report.itl().p50()).isGreaterThan(129);
      assertThat(report.total().p50()).isGreaterThan(149);
      assertThat(report.seconds()).isGreaterThan(0.299);
      assertThat(report.countedByServer()).isFalse();
    }
  }

  @Test
  void theWarmUpDoesNotCountAndHasOtherPrompts() throws Exception {
    try (FakeServer server = new FakeServer(LoadRunTest::answerWell)) {
      LoadReport report =
          LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(2).warmup(5).build());

      assertThat(report.completed()).isEqualTo(12);
      assertThat(server.bodies()).hasSize(17);
      assertThat(new HashSet<>(server.bodies())).hasSize(17);
    }
  }

  @Test
  void anOpenLoopSendsWhetherAnsweredOrNot() throws Exception {
    CountDownLatch allThere = new CountDownLatch(10);
    try (FakeServer server =
        new FakeServer(reply -> {
          allThere.countDown();
          allThere.await();
          answerWell(reply);
        })) {
      LoadReport report =
          LoadRun.run(
              server.endpoint(Endpoint.Api.CHAT),
              plan(new Arrivals.Poisson(2000, 64)).requests(10).build());

      assertThat(report.completed()).isEqualTo(10);
      assertThat(server.mostRunning()).isEqualTo(10);
    }
  }

  @Test
  void anOpenLoopHasABound() throws Exception {
    CountDownLatch enough = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(reply -> {
          enough.await();
          answerWell(reply);
        })) {
      Thread release = Thread.startVirtualThread(() -> releaseWhenIdle(enough));
      LoadReport report =
          LoadRun.run(
              server.endpoint(Endpoint.Api.CHAT),
              plan(new Arrivals.Poisson(5000, 3)).requests(10).build());
      release.join();

      assertThat(report.completed() + report.failed()).isEqualTo(10);
      assertThat(report.errors()).containsOnlyKeys("not sent");
      assertThat(server.mostRunning()).isLessThanOrEqualTo(3);
    }
  }

  /** By then all ten have arrived at the generator, with one in 10^9 runs too late. */
  private static void releaseWhenIdle(CountDownLatch latch) {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    latch.countDown();
  }

  @Test
  void everyWayToFailHasItsKind() throws Exception {
    assertThat(kindOf(reply -> reply.status(503, "{\"error\":{\"message\":\"full\"}}")))
        .isEqualTo("http 503");
    assertThat(kindOf(reply -> reply.status(200, "{}"))).isEqualTo("protocol");
    assertThat(kindOf(reply -> reply.chat("a"))).isEqualTo("disconnected");
    assertThat(
            kindOf(reply -> {
              reply.begin();
              reply.event("{\"error\":{\"message\":\"broken\"}}");
            }))
        .isEqualTo("error in stream");
    assertThat(
            kindOf(reply -> {
              reply.chat("a");
              reply.done();
              reply.event("{}");
            }))
        .isEqualTo("protocol");
    assertThat(
            kindOf(reply -> {
              reply.chat();
              reply.done();
            }))
        .isEqualTo("empty answer");
    assertThat(
            kindOf(reply -> {
              reply.exchange().getResponseHeaders().set("Content-Type", "text/event-stream");
              reply.exchange().sendResponseHeaders(200, 1000);
              reply.event(Chunks.role());
            }))
        .isEqualTo("disconnected");
  }

  @Test
  void aRequestThatMayNotHaveBeenSeenIsSentOnceMore() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    try (FakeServer server =
        new FakeServer(reply -> {
          if (requests.incrementAndGet() % 2 == 0) {
            reply.chat("a");
            reply.done();
          }
        })) {
      LoadReport report =
          LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(1).requests(3).build());

      assertThat(report.completed()).isEqualTo(3);
      assertThat(report.errors()).isEmpty();
      assertThat(report.violations())
          .hasEntrySatisfying(
              "a connection kept open was closed without Connection: close",
              count -> assertThat(count.count()).isEqualTo(3));
    }
  }

  @Test
  void aServerThatOnlyClosesIsDisconnectedAfterTheSecondTry() throws Exception {
    try (FakeServer server = new FakeServer(_ -> {})) {
      LoadReport report =
          LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(1).requests(1).build());

      assertThat(report.errors()).containsOnlyKeys("disconnected");
      assertThat(server.bodies()).hasSize(2);
    }
  }

  @Test
  void silenceIsATimeoutBeforeAndInsideTheAnswer() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (FakeServer silent = new FakeServer(_ -> never.await());
        FakeServer halfway =
            new FakeServer(reply -> {
              reply.begin();
              reply.event(Chunks.content("a"));
              never.await();
            })) {
      for (FakeServer server : List.of(silent, halfway)) {
        LoadReport report =
            LoadRun.run(
                server.endpoint(Endpoint.Api.CHAT, Duration.ofMillis(300)),
                clients(1).requests(1).build());

        assertThat(report.errors()).containsOnlyKeys("timeout");
      }
    }
  }

  @Test
  void nobodyAtTheAddress() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Endpoint nobody = endpoint("http://127.0.0.1:" + port, "{}");

    LoadReport report = LoadRun.run(nobody, clients(1).requests(2).build());

    assertThat(report.errors()).containsOnlyKeys("connect");
    assertThat(report.errors().get("connect").example()).contains("127.0.0.1:" + port);
  }

  @Test
  void thoseWhoLeaveAreSeenByTheServerAndCountNeitherWay() throws Exception {
    try (FakeServer server =
        new FakeServer(reply -> {
          reply.begin();
          reply.event(Chunks.role());
          for (int i = 0; i < 100_000; i++) {
            reply.event(Chunks.content("word"));
          }
        })) {
      LoadReport report =
          LoadRun.run(
              server.endpoint(Endpoint.Api.CHAT), clients(4).requests(20).abortRate(1).build());

      assertThat(report.aborted()).isEqualTo(20);
      assertThat(report.completed()).isZero();
      assertThat(report.errors()).isEmpty();
      while (server.running() > 0) {
        Thread.onSpinWait();
      }
      assertThat(server.disconnects()).isPositive();
    }
  }

  @Test
  void aDurationEndsTheRunAfterTheAnswersUnderWay() throws Exception {
    try (FakeServer server =
        new FakeServer(reply -> {
          Thread.sleep(20);
          answerWell(reply);
        })) {
      LoadReport report =
          LoadRun.run(
              server.endpoint(Endpoint.Api.CHAT),
              clients(2).requests(1_000_000).duration(Duration.ofMillis(150)).build());

      assertThat(report.seconds()).isGreaterThan(0.149);
      assertThat(report.completed()).isBetween(2, 16).isEqualTo(server.bodies().size());
    }
  }

  @Test
  void theSameSeedSendsTheSame() throws Exception {
    assertThat(IntStream.range(0, 50).mapToObj(PROMPTS::get))
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(
            IntStream.range(0, 50).mapToObj(Prompts.ofWords(3, 4, 1)::get).toList())
        .allMatch(prompt -> prompt.startsWith(PROMPTS.get(0).substring(0, 10)));
    assertThat(PROMPTS.get(0).lines().findFirst().orElseThrow().split(" ")).hasSize(7);
    assertThat(Prompts.of(List.of("a", "b")).get(3)).isEqualTo("b");
    assertThat(PROMPTS.skip(7).get(5)).isEqualTo(PROMPTS.get(12));
  }

  @Test
  void theRequestIsWhatTheApiWantsWithTheExtraFieldsOverIt() throws Exception {
    try (FakeServer server =
        new FakeServer(reply -> {
          reply.begin();
          reply.event(Chunks.text(reply.path(), "\"length\""));
          reply.done();
        })) {
      Endpoint plain = server.endpoint(Endpoint.Api.COMPLETIONS);
      Endpoint changed = endpoint(plain.base().toString(), "{\"seed\":3,\"stream_options\":null}");

      LoadRun.run(plain, clients(1).requests(1).build());
      LoadRun.run(changed, clients(1).requests(1).build());

      ObjectMapper json = new ObjectMapper();
      assertThat(json.readTree(server.bodies().get(0)))
          .isEqualTo(
              json.readTree(
                  """
                  {"model":"fake","prompt":"%s","max_tokens":8,"temperature":0,"stream":true,
                   "stream_options":{"include_usage":true}}\
                  """
                      .formatted(PROMPTS.get(0).replace("\n", "\\n"))));
      assertThat(json.readTree(server.bodies().get(1)))
          .isEqualTo(
              json.readTree(
                  """
                  {"model":"fake","messages":[{"role":"user","content":"%s"}],"max_tokens":8,
                   "temperature":0,"stream":true,"seed":3}\
                  """
                      .formatted(PROMPTS.get(0).replace("\n", "\\n"))));
    }
  }

  @Test
  void wrongValuesAreNamed() throws Exception {
    assertThatThrownBy(() -> clients(0)).hasMessageContaining("concurrency");
    assertThatThrownBy(() -> new Arrivals.Poisson(Double.NaN, 1)).hasMessageContaining("rate");
    assertThatThrownBy(() -> clients(1).requests(0).build()).hasMessageContaining("requests");
    assertThatThrownBy(() -> clients(1).abortRate(1.5).build()).hasMessageContaining("abortRate");
    assertThatThrownBy(() -> endpoint("localhost:80", "{}")).hasMessageContaining("URL");
    assertThat(endpoint("http://h:1/", "{}").base()).hasToString("http://h:1/v1");
    assertThat(endpoint("https://h/x/v1/", "{}").base()).hasToString("https://h/x/v1");
  }

  private static void answerWell(FakeServer.Reply reply) throws java.io.IOException {
    reply.chat("a", "b");
    reply.done();
  }

  private static String kindOf(FakeServer.Answer answer) throws Exception {
    try (FakeServer server = new FakeServer(answer)) {
      LoadReport report =
          LoadRun.run(server.endpoint(Endpoint.Api.CHAT), clients(1).requests(1).build());
      assertThat(report.errors()).hasSize(1);
      return report.errors().firstKey();
    }
  }

  private static Endpoint endpoint(String url, String extra) throws Exception {
    return new Endpoint(
        URI.create(url),
        Endpoint.Api.CHAT,
        "fake",
        Optional.empty(),
        Duration.ofSeconds(10),
        (ObjectNode) new ObjectMapper().readTree(extra));
  }

  private static PlanBuilder clients(int count) {
    return plan(new Arrivals.Clients(count)).requests(12);
  }

  private static PlanBuilder plan(Arrivals arrivals) {
    return new PlanBuilder(arrivals);
  }

  /** Plans with everything usual but what a test says. */
  private static final class PlanBuilder {
    private final Arrivals arrivals;
    private int requests = 1;
    private int warmup;
    private double abortRate;
    private Optional<Duration> duration = Optional.empty();

    PlanBuilder(Arrivals arrivals) {
      this.arrivals = arrivals;
    }

    PlanBuilder requests(int value) {
      requests = value;
      return this;
    }

    PlanBuilder warmup(int value) {
      warmup = value;
      return this;
    }

    PlanBuilder abortRate(double value) {
      abortRate = value;
      return this;
    }

    PlanBuilder duration(Duration value) {
      duration = Optional.of(value);
      return this;
    }

    LoadPlan build() {
      return new LoadPlan(arrivals, requests, duration, warmup, PROMPTS, 8, abortRate, 1);
    }
  }
}
