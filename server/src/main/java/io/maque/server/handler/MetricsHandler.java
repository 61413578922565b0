package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.observe.ServerMeters;
import java.nio.charset.StandardCharsets;

/** {@code GET /metrics}: all meters in Prometheus' text format. */
public final class MetricsHandler implements Endpoint {
  private final ServerMeters meters;

  public MetricsHandler(ServerMeters meters) {
    this.meters = meters;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(
        "text/plain; version=0.0.4; charset=utf-8",
        meters.scrape().getBytes(StandardCharsets.UTF_8));
  }
}
