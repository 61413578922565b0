package io.maque.engine;

import io.maque.metrics.Stopwatch;
import io.maque.sampling.Logits;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.sampling.Sampler;
import io.maque.sampling.TokenSet;
import io.maque.tensor.FloatMatrix;
import java.util.Optional;

/** A prompt and the completion that grows behind it. */
final class CompletionSequence extends Sequence {
  private final TokenRequest request;
  private final TokenListener listener;
  private final TokenSet allowed;
  private final Sampler sampler;
  private final int contextLength;
  private SampledToken sampled;
  private int completionTokens;
  private int cachedTokens;
  private boolean started;
  private double queueMillis;
  private double ttftMillis;
  private Stopwatch sinceFirstToken;
  private double decodeMillis;

  CompletionSequence(
      TokenRequest request, TokenListener listener, TokenSet allowed, int contextLength) {
    super(request.prompt());
    this.request = request;
    this.listener = listener;
    this.allowed = allowed;
    this.sampler = new Sampler(request.sampling(), allowed, request.prompt());
    this.contextLength = contextLength;
  }

  @Override
  boolean needsLogits(int position) {
    return position == length() - 1;
  }

  @Override
  void evaluate(int position, FloatMatrix logits, int row) {
    int id = sampler.sample(logits, row);
    Optional<Logprobs> logprobs =
        request.topLogprobs() < 0
            ? Optional.empty()
            : Optional.of(Logits.logprobs(logits, row, allowed, id, request.topLogprobs()));
    sampled = new SampledToken(id, logprobs);
  }

  @Override
  Optional<FinishReason> accept(int position) {
    clockToken();
    if (request.endTokens().contains(sampled.id())) {
      return Optional.of(FinishReason.STOP);
    }
    append(sampled.id());
    if (!listener.onToken(sampled)) {
      return Optional.of(FinishReason.STOP);
    }
    boolean full = completionTokens == request.maxTokens() || length() == contextLength;
    return full ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  private void clockToken() {
    if (completionTokens++ == 0) {
      ttftMillis = submitted().elapsedMillis();
      sinceFirstToken = Stopwatch.start();
    } else {
      decodeMillis = sinceFirstToken.elapsedMillis();
    }
  }

  @Override
  void onStart(int cachedTokens) {
    // A preempted sequence starts again; what was computed twice is no saving.
    if (!started) {
      started = true;
      this.cachedTokens = cachedTokens;
      queueMillis = submitted().elapsedMillis();
    }
  }

  @Override
  void onFinish(FinishReason reason) {
    listener.onFinish(
        new Completion(
            reason,
            promptLength(),
            cachedTokens,
            completionTokens,
            queueMillis,
            Math.max(0, ttftMillis - queueMillis),
            ttftMillis,
            decodeMillis));
  }

  @Override
  void onError(RuntimeException error) {
    listener.onError(error);
  }

  @Override
  boolean reusesCache() {
    return request.reuseCache();
  }
}
