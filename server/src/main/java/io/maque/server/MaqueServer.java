package io.maque.server;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.maque.metrics.WallClock;
import io.maque.server.config.ServerConfig;
import io.maque.server.config.Setting;
import io.maque.server.config.Settings;
import io.maque.server.connection.ConnectionLimits;
import io.maque.server.connection.Connections;
import io.maque.server.http.HttpErrors;
import io.maque.server.observe.AccessLog;
import io.maque.server.observe.ObservedModels;
import io.maque.server.observe.Readiness;
import io.maque.server.observe.RequestObserver;
import io.maque.server.observe.RequestReport;
import io.maque.server.observe.ServerMeters;
import io.maque.server.router.Models;
import io.maque.server.schema.Grammars;
import io.maque.server.security.ApiKeys;
import io.maque.server.security.Gate;
import io.maque.server.security.TlsIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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
  /** For answers that were ended to tell their clients so, before connections are cut. */
  private static final Duration FAREWELL = Duration.ofSeconds(3);

  /** Idle connections are closed by us, who know which are: the web server counts from requests. */
  private static final Duration LONGEST_CONNECTION = Duration.ofDays(1);

  private final ServerConfig config;
  private final ObservedModels models;
  private final Connections connections;
  private final Readiness readiness = new Readiness();
  private final AccessLog accessLog;
  private final WebServer server;

  private MaqueServer(
      Models models, ServerConfig config, Parts parts, ConnectionLimits connectionLimits) {
    Objects.requireNonNull(models, "models");
    Clock clock = WallClock.local();
    ServerConfig.Limits limits = config.limits();
    requireFree(config.listen());
    this.config = config;
    this.models = new ObservedModels(models, parts.meters());
    this.connections = new Connections(connectionLimits, limits.maxHeaderBytes());
    this.accessLog = AccessLog.open(config.logging().accessLog(), parts.standardError());
    RequestObserver observer =
        new RequestObserver(parts.meters(), accessLog, config.logging().prompts(), clock);
    Gate gate = new Gate(config, ApiKeys.read(config.access()), RequestReport::key);
    WebServerConfig.Builder builder =
        WebServer.builder()
            .address(config.listen().address())
            .port(config.listen().port())
            .maxPayloadSize(limits.maxBodyBytes())
            .maxTcpConnections(limits.maxConnections())
            .shutdownGracePeriod(limits.shutdownGrace().plus(FAREWELL))
            .shutdownHook(false)
            .idleConnectionTimeout(LONGEST_CONNECTION)
            // Events of a stream are small: none may wait for the client to acknowledge the last.
            .connectionOptions(socket -> socket.tcpNoDelay(true))
            .protocolsDiscoverServices(false)
            .addConnectionSelector(connections)
            .directHandlers(HttpErrors.directHandlers())
            .routing(
                Routes.of(
                    this.models,
                    clock,
                    readiness,
                    parts,
                    config.imageHosts(),
                    List.of(observer, gate)));
    parts
        .tls()
        .ifPresent(identity ->
            builder
                .tls(tls -> tls.sslContext(connections.watched(identity.context())))
                // With channels the web server asks for the name of every client's address.
                .useNio(false));
    this.server = builder.build().start();
  }

  /**
   * What a server is given by its surroundings.
   *
   * @param meters what it counts in
   * @param tls what it proves itself with; empty serves plain HTTP
   * @param standardError where the access log goes, unless it goes elsewhere
   * @param grammars what answers are held to; whoever opens models may let them be prepared
   */
  public record Parts(
      ServerMeters meters,
      Optional<TlsIdentity> tls,
      OutputStream standardError,
      Grammars grammars) {}

  /**
   * Starts to serve {@code models} as the operator decided. It is not ready before {@link #ready}.
   *
   * @throws ListenException when the port is taken or the address is not this machine's
   * @throws io.maque.server.config.InvalidConfigException when the API keys cannot be read
   */
  public static MaqueServer start(Models models, ServerConfig config, Parts parts) {
    ServerConfig.Limits limits = config.limits();
    return new MaqueServer(
        models,
        config,
        parts,
        new ConnectionLimits(limits.requestTimeout(), limits.writeTimeout(), limits.idleTimeout()));
  }

  /**
   * Starts to serve {@code models} with everything else at its default, and no access log.
   *
   * @param port 0 takes a free one
   * @throws ListenException when the port is taken or the address is not this machine's
   */
  public static MaqueServer start(Models models, String host, int port) {
    return start(models, host, port, ConnectionLimits.DEFAULT);
  }

  /** The same with other limits of time. */
  public static MaqueServer start(Models models, String host, int port, ConnectionLimits limits) {
    ServerConfig config =
        ServerConfig.of(
            Settings.ofFlags(
                Map.of(
                    Setting.HOST, List.of(host),
                    Setting.PORT, List.of(Integer.toString(port)),
                    Setting.ACCESS_LOG, List.of("off"))));
    Parts parts =
        new Parts(
            new ServerMeters(), Optional.empty(), OutputStream.nullOutputStream(), new Grammars());
    MaqueServer server = new MaqueServer(models, config, parts, limits);
    server.ready();
    return server;
  }

  /** The web server logs that it cannot listen and goes on; here it is an error. */
  private static void requireFree(ServerConfig.Listen listen) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(listen.address(), listen.port()));
    } catch (IOException e) {
      throw new ListenException(listen.address(), listen.port(), e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Health checks succeed from now on. */
  public void ready() {
    readiness.ready();
  }

  /**
   * Accepts no more requests and lets those in work finish within the grace time; what is not
   * complete then ends with an error that says so. Idempotent.
   */
  @Override
  public void close() {
    readiness.stopping();
    Thread farewell = Thread.ofVirtual().start(this::endAnswersAfterGrace);
    server.stop();
    farewell.interrupt();
    connections.close();
    accessLog.close();
  }

  private void endAnswersAfterGrace() {
    try {
      Thread.sleep(config.limits().shutdownGrace());
      models.stop();
    } catch (InterruptedException e) {
      // All answers were complete in time.
      Thread.currentThread().interrupt();
    }
  }
}
