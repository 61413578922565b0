package io.maque.server.handler;

import io.maque.server.answer.Answers;
import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.ChatCompletionRequest;
import io.maque.server.openai.ChatCompletionStream;
import io.maque.server.openai.ChatReplies;
import io.maque.server.openai.ReplyIdentity;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.time.InstantSource;

/** {@code POST /v1/chat/completions}: the next message of a conversation. */
public final class ChatCompletionsHandler implements Endpoint {
  private final Models models;
  private final InstantSource clock;

  public ChatCompletionsHandler(Models models, InstantSource clock) {
    this.models = models;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    ChatCompletionRequest request = ChatCompletionRequest.read(exchange.jsonBody());
    try (Lease lease = models.acquire(request.model());
        Answers answers = Answers.submit(lease.model(), request.generations());
        Watch _ = exchange.whileClientStays(answers::cancel)) {
      ReplyIdentity identity = ReplyIdentity.of("chatcmpl-", lease, clock);
      ChatReplies replies = new ChatReplies(request, identity, lease.model().tokenizer());
      if (request.stream()) {
        ChatCompletionStream stream =
            new ChatCompletionStream(replies, exchange.serverSentEvents());
        stream.end(answers.await(stream));
      } else {
        exchange.reply(replies.whole(answers.await()));
      }
    }
  }
}
