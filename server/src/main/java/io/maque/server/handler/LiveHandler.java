package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import java.util.Map;

/** {@code GET /health/live}: 200 as long as the process answers at all. */
public final class LiveHandler implements Endpoint {

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(Map.of("status", "ok"));
  }
}
