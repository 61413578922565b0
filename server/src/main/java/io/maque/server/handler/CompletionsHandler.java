package io.maque.server.handler;

import io.maque.server.answer.Answers;
import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.CompletionReplies;
import io.maque.server.openai.CompletionRequest;
import io.maque.server.openai.CompletionStream;
import io.maque.server.openai.ReplyIdentity;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.time.InstantSource;

/** {@code POST /v1/completions}: how texts go on. */
public final class CompletionsHandler implements Endpoint {
  private final Models models;
  private final InstantSource clock;

  public CompletionsHandler(Models models, InstantSource clock) {
    this.models = models;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    CompletionRequest request = CompletionRequest.read(exchange.jsonBody());
    try (Lease lease = models.acquire(request.model());
        Answers answers = Answers.submit(lease.model(), request.generations());
        Watch _ = exchange.whileClientStays(answers::cancel)) {
      ReplyIdentity identity = ReplyIdentity.of("cmpl-", lease, clock);
      CompletionReplies replies =
          new CompletionReplies(request, identity, lease.model().tokenizer());
      if (request.stream()) {
        CompletionStream stream = new CompletionStream(replies, exchange.serverSentEvents());
        stream.end(answers.await(stream));
      } else {
        exchange.reply(replies.whole(answers.await()));
      }
    }
  }
}
