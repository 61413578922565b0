package io.maque.server.connection;

import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;

/** Tells the connection when HTTP/1.1 becomes HTTP/2, as the JDK's client offers. */
final class MultiplexingUpgrader implements Http1Upgrader {
  private final Http1Upgrader upgrader;

  MultiplexingUpgrader(Http1Upgrader upgrader) {
    this.upgrader = upgrader;
  }

  @Override
  public String supportedProtocol() {
    return upgrader.supportedProtocol();
  }

  @Override
  public ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    ServerConnection upgraded = upgrader.upgrade(context, prologue, headers);
    if (upgraded != null) {
      ClientConnection.of(context.remotePeer()).multiplexed();
    }
    return upgraded;
  }
}
