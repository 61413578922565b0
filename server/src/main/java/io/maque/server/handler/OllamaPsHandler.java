package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.ollama.ModelList;
import io.maque.server.router.Models;
import java.time.InstantSource;

/** {@code GET /api/ps}: which models are in memory. */
public final class OllamaPsHandler implements Endpoint {
  private final Models models;
  private final InstantSource clock;

  public OllamaPsHandler(Models models, InstantSource clock) {
    this.models = models;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(ModelList.loaded(models.list(), clock.instant()));
  }
}
