package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.observe.Readiness;
import java.util.Locale;
import java.util.Map;

/** {@code GET /health} and {@code /health/ready}: 200 while requests can be served, 503 else. */
public final class HealthHandler implements Endpoint {
  private final Readiness readiness;

  public HealthHandler(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public void handle(Exchange exchange) {
    Readiness.State state = readiness.state();
    boolean ready = state == Readiness.State.READY;
    exchange.reply(
        ready ? 200 : 503, Map.of("status", ready ? "ok" : state.name().toLowerCase(Locale.ROOT)));
  }
}
