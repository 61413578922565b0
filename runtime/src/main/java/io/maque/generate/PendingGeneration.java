package io.maque.generate;

import io.maque.engine.Completion;
import io.maque.engine.Submission;
import io.maque.engine.TokenListener;
import io.maque.generate.GenerationListener.Piece;
import io.maque.sampling.SampledToken;
import io.maque.tokenizer.TokenDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An answer between two threads. The engine thread turns tokens into text and looks for stop
 * strings, so that generation ends at once and always at the same token; the pieces wait in a queue
 * for the thread that awaits them. The queue is bounded by the most tokens of the request.
 */
final class PendingGeneration implements GenerationHandle, TokenListener {
  private final TokenDecoder decoder;
  private final StopStrings stops;
  private final PromptEncoder.Encoded prompt;
  private final double encodeMillis;
  private final double loadMillis;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean awaited = new AtomicBoolean();
  private Submission submission;

  private sealed interface Event {
    record Prompt(List<SampledToken> tokens) implements Event {}

    record Text(Piece piece) implements Event {}

    record Finished(Completion completion) implements Event {}

    record Failed(RuntimeException error) implements Event {}
  }

  /**
   * @param encodeMillis what the prompt took before it was submitted to the engine
   */
  PendingGeneration(
      TokenDecoder decoder,
      StopStrings stops,
      PromptEncoder.Encoded prompt,
      double encodeMillis,
      double loadMillis) {
    this.decoder = decoder;
    this.stops = stops;
    this.prompt = prompt;
    this.encodeMillis = encodeMillis;
    this.loadMillis = loadMillis;
  }

  /** Says what to cancel; to be called before the handle is given away. */
  void submitted(Submission toEngine) {
    submission = toEngine;
  }

  @Override
  public void onPrompt(List<SampledToken> prompt) {
    events.add(new Event.Prompt(prompt));
  }

  @Override
  public boolean onToken(SampledToken token) {
    String text = stops.accept(decoder.accept(token.id()));
    events.add(new Event.Text(new Piece(text, List.of(token))));
    return !stops.matched();
  }

  @Override
  public void onFinish(Completion completion) {
    if (!stops.matched()) {
      String rest = stops.accept(decoder.flush());
      String tail = stops.matched() ? rest : rest + stops.flush();
      if (!tail.isEmpty()) {
        events.add(new Event.Text(new Piece(tail, List.of())));
      }
    }
    events.add(new Event.Finished(completion));
  }

  @Override
  public void onError(RuntimeException error) {
    events.add(new Event.Failed(error));
  }

  @Override
  public Generation await(GenerationListener listener) {
    if (!awaited.compareAndSet(false, true)) {
      throw new IllegalStateException("an answer can be awaited once only");
    }
    boolean complete = false;
    try {
      Generation generation = deliver(listener);
      complete = true;
      return generation;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GenerationInterruptedException(e);
    } finally {
      if (!complete) {
        cancel();
      }
    }
  }

  private Generation deliver(GenerationListener listener) throws InterruptedException {
    StringBuilder text = new StringBuilder();
    List<SampledToken> promptTokens = List.of();
    List<SampledToken> tokens = new ArrayList<>();
    // No switch over types: its first run generates a class, in milliseconds of a cold start.
    while (true) {
      Event event = events.take();
      if (event instanceof Event.Text(Piece piece)) {
        text.append(piece.text());
        tokens.addAll(piece.tokens());
        listener.onPiece(piece);
      } else if (event instanceof Event.Prompt(List<SampledToken> sampled)) {
        promptTokens = sampled;
        listener.onPrompt(sampled);
      } else if (event instanceof Event.Failed(RuntimeException error)) {
        throw error;
      } else {
        Completion completion = ((Event.Finished) event).completion();
        return new Generation(
            text.toString(),
            promptTokens,
            tokens,
            completion.finishReason(),
            usage(completion),
            timings(completion),
            prompt.reports());
      }
    }
  }

  private static Usage usage(Completion completion) {
    return new Usage(
        completion.promptTokens(),
        completion.cachedTokens(),
        completion.completionTokens(),
        completion.imageTokens());
  }

  private Timings timings(Completion completion) {
    return new Timings(
        loadMillis,
        completion.queueMillis(),
        prompt.imageDecodeMillis(),
        prompt.preprocessMillis(),
        completion.imageEncodeMillis(),
        completion.prefillMillis(),
        encodeMillis + completion.ttftMillis(),
        completion.decodeMillis());
  }

  @Override
  public void cancel() {
    submission.cancel();
  }
}
