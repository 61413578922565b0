package io.maque.server;

import io.helidon.webserver.WebServer;
import io.maque.metrics.WallClock;
import io.maque.server.connection.ConnectionLimits;
import io.maque.server.connection.Connections;
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

  private final Connections connections;

  private MaqueServer(WebServer server, Connections connections) {
    this.server = server;
    this.connections = connections;
  }

  /**
   * Starts to serve {@code models}.
   *
   * @param port 0 takes a free one
   * @throws IllegalStateException when the port is taken or the address is not this machine's
   */
  public static MaqueServer start(Models models, String host, int port) {
    return start(models, host, port, ConnectionLimits.DEFAULT);
  }

  /** The same with other limits of time. */
  public static MaqueServer start(Models models, String host, int port, ConnectionLimits limits) {
    Objects.requireNonNull(models, "models");
    Connections connections = new Connections(limits);
    WebServer server =
        WebServer.builder()
            .host(host)
            .port(port)
            .maxPayloadSize(MAX_BODY_BYTES)
            .shutdownGracePeriod(GRACE)
            .shutdownHook(false)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections)
            .directHandlers(HttpErrors.directHandlers())
            .routing(Routes.of(models, WallClock.local()))
            .build()
            .start();
    return new MaqueServer(server, connections);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Lets requests in work finish for a moment, then ends them. Idempotent. */
  @Override
  public void close() {
    server.stop();
    connections.close();
  }
}
