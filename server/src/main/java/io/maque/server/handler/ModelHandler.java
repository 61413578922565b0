package io.maque.server.handler;

import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.ModelReply;
import io.maque.server.router.ModelEntry;
import io.maque.server.router.Models;
import io.maque.server.router.UnknownModelException;
import java.util.List;

/** {@code GET /v1/models/{id}}: one model. */
public final class ModelHandler implements Endpoint {
  private final Models models;
  private final long startedSeconds;

  /**
   * @param startedSeconds when the server started, as seconds since 1970
   */
  public ModelHandler(Models models, long startedSeconds) {
    this.models = models;
    this.startedSeconds = startedSeconds;
  }

  @Override
  public void handle(Exchange exchange) {
    String id = exchange.pathParameter("id");
    List<ModelEntry> entries = models.list();
    ModelEntry entry =
        entries.stream()
            .filter(each -> each.name().equals(id))
            .findFirst()
            .orElseThrow(() ->
                new UnknownModelException(id, entries.stream().map(ModelEntry::name).toList()));
    exchange.reply(ModelReply.of(entry, startedSeconds));
  }
}
