package io.maque.server;

import io.helidon.webserver.WebServer;
import io.maque.metrics.WallClock;
import io.maque.server.http.HttpErrors;
import io.maque.server.router.Models;
import java.time.Duration;
import java.util.Objects;

/**
 * The HTTP server: started when made, stopped when closed. It does not own the models.
 *
 * <pre>{@code
 * try (MaqueServer server = MaqueServer.start(models, "127.0.0.1", 0)) {
 *   System.out.println("http://127.0.0.1:" + server.port());
 * }
 * }</pre>
 */
public final class MaqueServer implements AutoCloseable {
  /** Images come inside the JSON. */
  private static final long MAX_BODY_BYTES = 32L << 20;

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final WebServer server;

  private MaqueServer(WebServer server) {
    this.server = server;
  }

  /**
   * Starts to serve {@code models}.
   *
   * @param port 0 takes a free one
   * @throws IllegalStateException when the port is taken or the address is not this machine's
   */
  public static MaqueServer start(Models models, String host, int port) {
    Objects.requireNonNull(models, "models");
    WebServer server =
        WebServer.builder()
            .host(host)
            .port(port)
            .maxPayloadSize(MAX_BODY_BYTES)
            .shutdownGracePeriod(GRACE)
            .shutdownHook(false)
            .directHandlers(HttpErrors.directHandlers())
            .routing(Routes.of(models, WallClock.local()))
            .build()
            .start();
    return new MaqueServer(server);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Lets requests in work finish for a moment, then ends them. Idempotent. */
  @Override
  public void close() {
    server.stop();
  }
}
