package io.maque.server.handler;

import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.EmbeddingReply;
import io.maque.server.openai.EmbeddingRequest;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.util.List;

/** {@code POST /v1/embeddings}: texts as vectors. */
public final class EmbeddingsHandler implements Endpoint {
  private final Models models;

  public EmbeddingsHandler(Models models) {
    this.models = models;
  }

  @Override
  public void handle(Exchange exchange) {
    EmbeddingRequest request = EmbeddingRequest.read(exchange.jsonBody());
    // Embedding cancels what is left of it when its thread is interrupted.
    try (Lease lease = models.acquire(request.model());
        Watch _ = exchange.whileClientStays(Thread.currentThread()::interrupt)) {
      List<int[]> tokens = request.encode(lease.model());
      List<float[]> vectors = lease.model().embed(tokens);
      exchange.reply(EmbeddingReply.of(request, lease.name(), tokens, vectors));
    }
  }
}
