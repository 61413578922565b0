package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.ModelReply;
import io.maque.server.router.Models;

/** {@code GET /v1/models}: what can be asked for. */
public final class ModelsHandler implements Endpoint {
  private final Models models;
  private final long startedSeconds;

  /**
   * @param startedSeconds when the server started, as seconds since 1970
   */
  public ModelsHandler(Models models, long startedSeconds) {
    this.models = models;
    this.startedSeconds = startedSeconds;
  }

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(ModelReply.list(models.list(), startedSeconds));
  }
}
