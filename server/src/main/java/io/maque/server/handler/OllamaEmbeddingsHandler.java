package io.maque.server.handler;

import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.ollama.EmbedRequest;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.util.Map;

/** {@code POST /api/embeddings}: one text to a vector, as Ollama had it before {@code embed}. */
public final class OllamaEmbeddingsHandler implements Endpoint {
  private final Models models;

  public OllamaEmbeddingsHandler(Models models) {
    this.models = models;
  }

  @Override
  public void handle(Exchange exchange) {
    EmbedRequest request = EmbedRequest.readLegacy(exchange.jsonBodyOfAnyType());
    try (Lease lease = models.acquire(request.model());
        Watch _ = exchange.whileClientStays(Thread.currentThread()::interrupt)) {
      request.keepAlive().ifPresent(lease::keepFor);
      float[] vector = lease.model().embed(request.ids(lease.model())).getFirst();
      exchange.reply(Map.of("embedding", vector));
    }
  }
}
