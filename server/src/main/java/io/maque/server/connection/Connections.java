package io.maque.server.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.http2.Http2Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/**
 * All connections of a server: every accepted socket becomes a {@link ClientConnection}, and a
 * thread looks once a second for those that keep the server waiting too long.
 */
public final class Connections implements ServerConnectionSelector, AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final ConnectionLimits limits;
  private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
  private final Handshakes handshakes = new Handshakes();
  private final ServerConnectionSelector http1;
  private final ServerConnectionSelector http2;
  private final Thread watchman;

  /**
   * @param maxHeaderBytes of one request
   */
  public Connections(ConnectionLimits limits, int maxHeaderBytes) {
    this.limits = limits;
    Http2Config config =
        Http2Config.builder()
            .maxHeaderListSize(maxHeaderBytes)
            .flowControlTimeout(limits.write())
            .build();
    this.http2 = Http2ConnectionSelector.builder().http2Config(config).build();
    Http2Upgrader upgrader = Http2Upgrader.create(config);
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(Http1Config.builder().maxHeadersSize(maxHeaderBytes).build())
            .putUpgrader(upgrader.supportedProtocol(), new MultiplexingUpgrader(upgrader))
            .build();
    this.watchman = Thread.ofVirtual().name("maque-connections").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(TICK);
        open.forEach(connection -> connection.enforce(limits));
        handshakes.enforce(limits.request());
      }
    } catch (InterruptedException e) {
      // The server is closed: nobody is left to watch.
      Thread.currentThread().interrupt();
    }
  }

  ServerConnection http1(ConnectionContext context) {
    return http1.connection(context);
  }

  ServerConnection http2(ConnectionContext context) {
    return http2.connection(context);
  }

  void opened(ClientConnection connection) {
    open.add(connection);
  }

  void closed(ClientConnection connection) {
    open.remove(connection);
  }

  /** How many connections there are. */
  public int count() {
    return open.size();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("h2", "http/1.1");
  }

  /** TLS for these connections: who stalls the handshake is let go, too. */
  public SSLContext watched(SSLContext tls) {
    return handshakes.watched(tls);
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new ClientConnection(context, this, handshakes.complete());
  }

  /** Ends the watch; the web server closes the connections. */
  @Override
  public void close() {
    watchman.interrupt();
  }
}
