package io.maque.engine;

import io.maque.metrics.Stopwatch;
import io.maque.sampling.Logits;
import io.maque.sampling.SampledToken;
import io.maque.sampling.SampledToken.Logprobs;
import io.maque.sampling.Sampler;
import io.maque.sampling.SamplingMemory;
import io.maque.sampling.TokenSet;
import io.maque.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A prompt and the completion that grows behind it. */
final class CompletionSequence extends Sequence {
  private final TokenRequest request;
  private final TokenListener listener;
  private final TokenSet allowed;
  private final Sampler sampler;
  private final int contextLength;

  /** Of the tokens of the prompt but the first, when they are wanted; null for pictures. */
  private final Logprobs[] promptLogprobs;

  private int scored;
  private SampledToken sampled;
  private int completionTokens;
  private int cachedTokens;
  private double queueMillis;
  private double imageEncodeMillis;
  private double ttftMillis;
  private Stopwatch sinceFirstToken;
  private double decodeMillis;

  CompletionSequence(
      TokenRequest request,
      PromptImages images,
      TokenListener listener,
      TokenSet allowed,
      int contextLength) {
    super(request.prompt(), images, request.deadline());
    this.request = request;
    this.listener = listener;
    this.allowed = allowed;
    this.sampler = new Sampler(request.sampling(), allowed, request.constraint(), request.prompt());
    this.contextLength = contextLength;
    this.promptLogprobs = new Logprobs[request.promptLogprobs() < 0 ? 0 : promptLength() - 1];
  }

  @Override
  Output wanted(int position) {
    // Positions before were scored already when the sequence was preempted.
    boolean score =
        position >= scored && position < promptLogprobs.length && isText(token(position + 1));
    return score || position == length() - 1 ? Output.LOGITS : Output.NOTHING;
  }

  /** Whether an id is of the vocabulary; where pictures stand, ids are negative. */
  private static boolean isText(int id) {
    return id >= 0;
  }

  @Override
  void evaluate(int position, FloatMatrix logits, int row, SamplingMemory memory) {
    if (position < promptLength() - 1) {
      promptLogprobs[position] =
          logprobs(logits, row, token(position + 1), request.promptLogprobs(), memory);
    } else if (request.maxTokens() > 0) {
      int id = sampler.sample(logits, row, memory);
      Optional<Logprobs> logprobs =
          request.topLogprobs() < 0
              ? Optional.empty()
              : Optional.of(logprobs(logits, row, id, request.topLogprobs(), memory));
      sampled = new SampledToken(id, logprobs);
    }
  }

  private Logprobs logprobs(FloatMatrix logits, int row, int id, int top, SamplingMemory memory) {
    return Logits.logprobs(logits, row, allowed, id, top, memory);
  }

  @Override
  Optional<FinishReason> accept(int position, FloatMatrix logits, int row) {
    if (position < promptLength() - 1) {
      scored = position + 1;
      return Optional.empty();
    }
    clockToken();
    if (completionTokens == 0 && request.promptLogprobs() >= 0) {
      listener.onPrompt(prompt());
    }
    return request.maxTokens() == 0 ? Optional.of(FinishReason.LENGTH) : acceptSampled();
  }

  private List<SampledToken> prompt() {
    List<SampledToken> prompt = new ArrayList<>(promptLength());
    prompt.add(new SampledToken(token(0), Optional.empty()));
    for (int i = 0; i < promptLogprobs.length; i++) {
      prompt.add(new SampledToken(token(i + 1), Optional.ofNullable(promptLogprobs[i])));
    }
    return prompt;
  }

  private Optional<FinishReason> acceptSampled() {
    completionTokens++;
    if (request.endTokens().contains(sampled.id())) {
      return Optional.of(FinishReason.STOP);
    }
    append(sampled.id());
    if (!listener.onToken(sampled) || sampler.complete()) {
      return Optional.of(FinishReason.STOP);
    }
    boolean full = completionTokens == request.maxTokens() || length() == contextLength;
    return full ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  private void clockToken() {
    if (sinceFirstToken == null) {
      ttftMillis = submitted().elapsedMillis();
      sinceFirstToken = Stopwatch.start();
    } else {
      decodeMillis = sinceFirstToken.elapsedMillis();
    }
  }

  @Override
  void onStart(int cachedTokens) {
    // Not when a preempted sequence starts again: what was computed twice is no saving.
    this.cachedTokens = cachedTokens;
    queueMillis = submitted().elapsedMillis();
  }

  @Override
  void onEncoded(double millis) {
    imageEncodeMillis += millis;
  }

  @Override
  int completionTokens() {
    return completionTokens;
  }

  @Override
  void onFinish(FinishReason reason) {
    listener.onFinish(
        new Completion(
            reason,
            promptLength(),
            cachedTokens,
            images().tokens(),
            completionTokens,
            queueMillis,
            imageEncodeMillis,
            Math.max(0, ttftMillis - queueMillis),
            ttftMillis,
            decodeMillis));
  }

  @Override
  void onError(RuntimeException error) {
    listener.onError(error);
  }

  @Override
  boolean readsCache() {
    return request.reuseCache() && request.promptLogprobs() < 0;
  }

  @Override
  boolean leavesCache() {
    return request.reuseCache();
  }
}
