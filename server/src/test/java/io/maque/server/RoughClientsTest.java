package io.maque.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send too much, too slowly or not at all: let go, without a word in the log. */
@Timeout(120)
class RoughClientsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final int HUGE = 100_000_000;
  private static final String HEAD =
      "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

  @TempDir private Path folder;

  private final Warnings warnings = new Warnings();
  private GuardedServer server;

  /** What the server or the web server below it complains of. */
  private static final class Warnings extends Handler {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void publish(LogRecord line) {
      if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(line.getLoggerName() + ": " + line.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(warnings);
  }

  @AfterEach
  void theServerGoesOnWithoutComplaint() throws Exception {
    try (GuardedServer _ = server;
        HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address("/health/live")));
      if (warnings.lines.isEmpty() && !isEncrypted) {
        assertThat(client.send(request.build(), BodyHandlers.ofString()).statusCode())
            .isEqualTo(200);
      }
    } finally {
      Logger.getLogger("").removeHandler(warnings);
    }
    assertThat(warnings.lines).isEmpty();
  }

  private boolean isEncrypted;

  private void start(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("request-timeout=1s", "write-timeout=1s", "idle-timeout=4s"));
    isEncrypted = all.stream().anyMatch(each -> each.startsWith("tls="));
    server = new GuardedServer(folder, all.toArray(String[]::new));
  }

  private String address(String path) {
    return "http://localhost:" + server.port() + path;
  }

  @Test
  void aBodyThatIsCutOffIsNobodysFault() {
    start();
    for (String framing :
        List.of(
            "Content-Length: 1000\r\n\r\n{\"mod",
            "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"mod\r\n",
            "Transfer-Encoding: chunked\r\n\r\n64\r\n{\"mod")) {
      try (RawClient client = new RawClient(server.port())) {
        client.send(HEAD + framing);
      }
    }
    await(() -> server.log().size() == 3);
    assertThat(server.log()).allMatch(line -> line.contains("\"status\":499"));
  }

  @Test
  void chunksThatAreNoneAreABadRequest() {
    start();
    for (String chunks : List.of("zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\r\nX\r\n", "-1\r\n")) {
      try (RawClient client = new RawClient(server.port())) {
        client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
        assertThat(client.readToEnd()).as(chunks).matches("(?s)|HTTP/1.1 400.*");
      }
    }
  }

  @Test
  void aHundredMegabytesInChunksAreCutOffAtTheLimit() throws Exception {
    start("max-body=1m");
    List<CompletableFuture<Long>> senders = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      senders.add(CompletableFuture.supplyAsync(this::sendChunks));
    }
    // Twelve whole bodies would not fit the heap of this test.
    for (CompletableFuture<Long> sent : senders) {
      assertThat(sent.get(60, TimeUnit.SECONDS)).isLessThan(HUGE / 2);
    }
  }

  /** How many bytes it could send before the server closed the connection. */
  private long sendChunks() {
    byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes();
    long sent = 0;
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write((HEAD + "Transfer-Encoding: chunked\r\n\r\n").getBytes());
      for (; sent < HUGE; sent += chunk.length) {
        socket.getOutputStream().write(chunk);
      }
    } catch (SocketException e) {
      return sent; // closed by the server, as it should be
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return sent;
  }

  @Test
  void aHundredMegabytesOverHttp2AreRefused() {
    start("max-body=1m");
    try (HttpClient client = upgraded()) {
      byte[] part = new byte[1 << 16];
      HttpRequest request =
          json(CHAT)
              .POST(BodyPublishers.ofByteArrays(Collections.nCopies(HUGE / part.length, part)))
              .build();
      CompletableFuture<Integer> status =
          client.sendAsync(request, BodyHandlers.ofString()).thenApply(HttpResponse::statusCode);
      assertThat(status.join()).isEqualTo(413);
    }
  }

  @Test
  void aBodyThatDripsOverHttp2IsLetGo() {
    start();
    try (HttpClient client = upgraded()) {
      Semaphore never = new Semaphore(0);
      InputStream dripping =
          new InputStream() {
            @Override
            public int read() {
              try {
                return never.tryAcquire(300, TimeUnit.MILLISECONDS) ? -1 : ' ';
              } catch (InterruptedException e) {
                return -1;
              }
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
              bytes[offset] = (byte) read();
              return 1;
            }
          };
      HttpRequest request = json(CHAT).POST(BodyPublishers.ofInputStream(() -> dripping)).build();
      CompletableFuture<Boolean> letGo =
          client
              .sendAsync(request, BodyHandlers.ofString())
              .handle((_, failure) -> failure != null);
      assertThat(letGo.orTimeout(20, TimeUnit.SECONDS).join()).isTrue();
      never.release();
    }
    await(() -> server.log().stream().anyMatch(line -> line.contains("\"status\":499")));
  }

  @Test
  void aClientOfHttp2ThatDoesNotReadIsLetGo() throws Exception {
    start();
    try (HttpClient client = upgraded()) {
      // The script of the page's libraries is larger than what may be on its way.
      String page = client.send(json("/").build(), BodyHandlers.ofString()).body();
      String library = page.replaceAll("(?s).*?\"(assets/[^\"]*main.js)\".*", "$1");
      Flow.Subscriber<List<java.nio.ByteBuffer>> idle =
          new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {}

            @Override
            public void onNext(List<java.nio.ByteBuffer> item) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
          };
      List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
      String large = "/" + library.replace("js/main.js", "lib/katex/katex.mjs");
      for (int i = 0; i < 200; i++) {
        answers.add(client.sendAsync(json(large).build(), BodyHandlers.fromSubscriber(idle)));
      }
      await(() -> server.log().stream().anyMatch(line -> line.contains("\"status\":499")));
    }
  }

  @Test
  void aStalledHandshakeIsClosed() throws Exception {
    start("tls=self-signed");
    try (RawClient silent = new RawClient(server.port());
        Socket halfway = new Socket("127.0.0.1", server.port())) {
      halfway.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
      halfway.setSoTimeout(10_000);
      assertThat(silent.readToEnd()).isEmpty();
      assertThat(halfway.getInputStream().read()).isLessThan(0);
    }
  }

  /** A client whose next request is HTTP/2. */
  private HttpClient upgraded() {
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> first =
        client
            .sendAsync(
                HttpRequest.newBuilder(URI.create(address("/health/live"))).build(),
                BodyHandlers.ofString())
            .join();
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    return client;
  }

  private HttpRequest.Builder json(String path) {
    return HttpRequest.newBuilder(URI.create(address(path)))
        .header("Content-Type", "application/json");
  }

  private void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(server.log().toString()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }
}
