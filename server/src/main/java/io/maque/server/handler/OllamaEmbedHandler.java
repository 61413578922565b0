package io.maque.server.handler;

import io.maque.metrics.Stopwatch;
import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.ollama.EmbedReply;
import io.maque.server.ollama.EmbedRequest;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.util.List;

/** {@code POST /api/embed}: texts to vectors. */
public final class OllamaEmbedHandler implements Endpoint {
  private final Models models;

  public OllamaEmbedHandler(Models models) {
    this.models = models;
  }

  @Override
  public void handle(Exchange exchange) {
    EmbedRequest request = EmbedRequest.read(exchange.jsonBodyOfAnyType());
    Stopwatch watch = Stopwatch.start();
    try (Lease lease = models.acquire(request.model());
        Watch _ = exchange.whileClientStays(Thread.currentThread()::interrupt)) {
      request.keepAlive().ifPresent(lease::keepFor);
      double loadMillis = watch.elapsedMillis();
      List<int[]> ids = request.ids(lease.model());
      List<float[]> vectors = lease.model().embed(ids);
      exchange.reply(EmbedReply.of(lease.name(), vectors, ids, watch.elapsedMillis(), loadMillis));
    }
  }
}
