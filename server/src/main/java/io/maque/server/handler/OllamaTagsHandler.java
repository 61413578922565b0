package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.ollama.ModelList;
import io.maque.server.router.Models;
import java.time.Instant;

/** {@code GET /api/tags}: what can be asked for. */
public final class OllamaTagsHandler implements Endpoint {
  private final Models models;
  private final Instant started;

  /**
   * @param started when the server started
   */
  public OllamaTagsHandler(Models models, Instant started) {
    this.models = models;
    this.started = started;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(ModelList.tags(models.list(), started));
  }
}
