package io.maque.server.handler;

import io.maque.server.answer.Answers;
import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.openai.ChatCompletionRequest;
import io.maque.server.openai.ChatCompletionStream;
import io.maque.server.openai.ChatReplies;
import io.maque.server.openai.ChatTask;
import io.maque.server.openai.ReplyIdentity;
import io.maque.server.picture.Pictures;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import io.maque.server.schema.Grammars;
import java.time.InstantSource;

/** {@code POST /v1/chat/completions}: the next message of a conversation. */
public final class ChatCompletionsHandler implements Endpoint {
  private final Models models;
  private final Pictures pictures;
  private final InstantSource clock;
  private final Grammars grammars;

  public ChatCompletionsHandler(
      Models models, Pictures pictures, Grammars grammars, InstantSource clock) {
    this.models = models;
    this.pictures = pictures;
    this.grammars = grammars;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    ChatCompletionRequest request = ChatCompletionRequest.read(exchange.jsonBody(), pictures);
    try (Lease lease = models.acquire(request.model())) {
      Pictures.requireEyes(lease.name(), lease.model().card(), request.prompt().messages());
      answer(exchange, request, lease, new ChatTask(request, lease.model(), grammars));
    }
  }

  private void answer(
      Exchange exchange, ChatCompletionRequest request, Lease lease, ChatTask task) {
    try (Answers answers = Answers.submit(lease.model(), task.generations());
        Watch _ = exchange.whileClientStays(answers::cancel)) {
      ReplyIdentity identity = ReplyIdentity.of("chatcmpl-", lease, clock);
      ChatReplies replies =
          new ChatReplies(request, identity, lease.model().tokenizer(), task::reader);
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
