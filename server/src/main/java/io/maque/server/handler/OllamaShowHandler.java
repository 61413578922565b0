package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.http.JsonFields;
import io.maque.server.ollama.ModelName;
import io.maque.server.ollama.ShowReply;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.time.Instant;

/** {@code POST /api/show}: what a model is. Loads it when it is not in memory. */
public final class OllamaShowHandler implements Endpoint {
  private final Models models;
  private final Instant started;

  /**
   * @param started when the server started
   */
  public OllamaShowHandler(Models models, Instant started) {
    this.models = models;
    this.started = started;
  }

  @Override
  public void handle(Exchange exchange) {
    JsonFields body = exchange.jsonBodyOfAnyType();
    String name = ModelName.read(body);
    body.flag("verbose", false);
    body.end();
    try (Lease lease = models.acquire(name)) {
      exchange.reply(ShowReply.of(lease.model(), started));
    }
  }
}
