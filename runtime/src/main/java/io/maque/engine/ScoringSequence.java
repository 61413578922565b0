package io.maque.engine;

import io.maque.sampling.Logits;
import io.maque.sampling.SamplingMemory;
import io.maque.sampling.TokenSet;
import io.maque.tensor.FloatMatrix;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** A text of which every token but the first gets the log-probability the model gives it. */
final class ScoringSequence extends Sequence {
  private final ResultListener<TokenScores> listener;
  private final TokenSet allowed;
  private final float[] logprobs;
  private final int[] argmax;
  private int scored;

  ScoringSequence(int[] tokens, ResultListener<TokenScores> listener, TokenSet allowed) {
    super(tokens, PromptImages.none(), Optional.empty());
    this.listener = listener;
    this.allowed = allowed;
    this.logprobs = new float[tokens.length - 1];
    this.argmax = new int[tokens.length - 1];
  }

  @Override
  Output wanted(int position) {
    // Positions before were scored already when the sequence was preempted.
    return position >= scored && position < logprobs.length ? Output.LOGITS : Output.NOTHING;
  }

  @Override
  void evaluate(int position, FloatMatrix logits, int row, SamplingMemory memory) {
    argmax[position] = Logits.argmax(logits, row, allowed, memory);
    logprobs[position] = Logits.logprob(logits, row, token(position + 1), memory);
  }

  @Override
  Optional<FinishReason> accept(int position, FloatMatrix logits, int row) {
    scored = position + 1;
    return scored == logprobs.length ? Optional.of(FinishReason.STOP) : Optional.empty();
  }

  @Override
  void onStart(int cachedTokens) {
    // Scores take no time into account.
  }

  @Override
  void onFinish(FinishReason reason) {
    if (reason == FinishReason.CANCELLED) {
      listener.onError(new CancellationException("scoring was cancelled"));
    } else {
      listener.onResult(new TokenScores(logprobs, argmax));
    }
  }

  @Override
  void onError(RuntimeException error) {
    listener.onError(error);
  }
}
