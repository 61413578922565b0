package io.maque.server.handler;

import io.maque.generate.Generation;
import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.metrics.Stopwatch;
import io.maque.server.answer.Answers;
import io.maque.server.connection.ClientConnection.Watch;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import io.maque.server.http.JsonFields;
import io.maque.server.ollama.Question;
import io.maque.server.ollama.Replies;
import io.maque.server.ollama.ReplyEnd;
import io.maque.server.ollama.ReplyStream;
import io.maque.server.router.Lease;
import io.maque.server.router.Models;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** {@code POST /api/chat} and {@code POST /api/generate}, which differ in their fields only. */
public final class OllamaQuestionHandler implements Endpoint {
  private final Function<JsonFields, Question> reading;
  private final Models models;
  private final InstantSource clock;

  /**
   * @param reading the fields of the one or the other
   */
  public OllamaQuestionHandler(
      Function<JsonFields, Question> reading, Models models, InstantSource clock) {
    this.reading = reading;
    this.models = models;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    Question question = reading.apply(exchange.jsonBodyOfAnyType());
    Stopwatch watch = Stopwatch.start();
    try (Lease lease = models.acquire(question.model())) {
      double loadMillis = watch.elapsedMillis();
      Replies replies = question.replies(lease.name(), clock);
      if (question.isEmpty()) {
        exchange.reply(replies.loaded(ReplyEnd.ofLoading(loadMillis)));
      } else {
        answer(
            exchange,
            question,
            lease.model(),
            replies,
            answer -> ReplyEnd.of(answer, watch.elapsedMillis(), loadMillis));
      }
    }
  }

  private static void answer(
      Exchange exchange,
      Question question,
      LanguageModel model,
      Replies replies,
      Function<Generation, ReplyEnd> end) {
    GenerationRequest request = question.generation(model);
    try (Answers answers = Answers.submit(model, List.of(request));
        Watch _ = exchange.whileClientStays(answers::cancel)) {
      if (question.stream()) {
        answers.await(new ReplyStream(request, replies, end, exchange.jsonLines()));
      } else {
        Generation answer = answers.await().getFirst();
        exchange.reply(replies.whole(request, answer, end.apply(answer)));
      }
    }
  }
}
