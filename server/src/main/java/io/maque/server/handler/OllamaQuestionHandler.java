package io.maque.server.handler;

import io.maque.generate.Generation;
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
import io.maque.server.router.ModelEntry;
import io.maque.server.router.Models;
import io.maque.server.schema.Grammars;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** {@code POST /api/chat} and {@code POST /api/generate}, which differ in their fields only. */
public final class OllamaQuestionHandler implements Endpoint {
  private final Function<JsonFields, Question> reading;
  private final Models models;
  private final Grammars grammars;
  private final InstantSource clock;

  /**
   * @param reading the fields of the one or the other
   */
  public OllamaQuestionHandler(
      Function<JsonFields, Question> reading,
      Models models,
      Grammars grammars,
      InstantSource clock) {
    this.reading = reading;
    this.models = models;
    this.grammars = grammars;
    this.clock = clock;
  }

  @Override
  public void handle(Exchange exchange) {
    Question question = reading.apply(exchange.jsonBodyOfAnyType());
    if (question.isEmpty() && isToGo(question) && !isLoaded(question.model())) {
      exchange.reply(question.loaded(question.model(), clock, ReplyEnd.ofUnloading()));
      return;
    }
    Stopwatch watch = Stopwatch.start();
    try (Lease lease = models.acquire(question.model())) {
      double loadMillis = watch.elapsedMillis();
      question.keepAlive().ifPresent(lease::keepFor);
      if (question.isEmpty()) {
        ReplyEnd end = isToGo(question) ? ReplyEnd.ofUnloading() : ReplyEnd.ofLoading(loadMillis);
        exchange.reply(question.loaded(lease.name(), clock, end));
      } else {
        answer(
            exchange,
            question,
            lease,
            answer -> ReplyEnd.of(answer, watch.elapsedMillis(), loadMillis));
      }
    }
  }

  private static boolean isToGo(Question question) {
    return question.keepAlive().filter(Duration::isZero).isPresent();
  }

  /** So that a model is not loaded to be unloaded; one that is not offered is refused as always. */
  private boolean isLoaded(String name) {
    return models.list().stream()
        .filter(entry -> entry.name().equals(name))
        .allMatch(ModelEntry::loaded);
  }

  private void answer(
      Exchange exchange, Question question, Lease lease, Function<Generation, ReplyEnd> end) {
    Replies replies = question.ask(lease.model(), lease.name(), grammars, clock);
    try (Answers answers = Answers.submit(lease.model(), List.of(replies.request()));
        Watch _ = exchange.whileClientStays(answers::cancel)) {
      if (question.stream()) {
        answers.await(new ReplyStream(replies, end, exchange.jsonLines()));
      } else {
        Generation answer = answers.await().getFirst();
        exchange.reply(replies.whole(answer, end.apply(answer)));
      }
    }
  }
}
