package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import java.util.Map;

/** {@code GET /health}: 200 once requests can be served. */
public final class HealthHandler implements Endpoint {

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(Map.of("status", "ok"));
  }
}
