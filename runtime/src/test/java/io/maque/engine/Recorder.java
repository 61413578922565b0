package io.maque.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.sampling.SampledToken;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A listener that remembers what it heard and lets a test wait for the end. */
final class Recorder implements TokenListener, ResultListener<TokenScores> {
  final List<SampledToken> tokens = new CopyOnWriteArrayList<>();
  final List<SampledToken> prompt = new CopyOnWriteArrayList<>();
  final CompletableFuture<Completion> end = new CompletableFuture<>();
  final CompletableFuture<float[]> logprobs = new CompletableFuture<>();
  final CompletableFuture<int[]> argmax = new CompletableFuture<>();
  private final Predicate<SampledToken> goOn;

  Recorder() {
    this(token -> true);
  }

  Recorder(Predicate<SampledToken> goOn) {
    this.goOn = goOn;
  }

  @Override
  public void onPrompt(List<SampledToken> promptTokens) {
    assertThat(tokens).isEmpty();
    prompt.addAll(promptTokens);
  }

  @Override
  public boolean onToken(SampledToken token) {
    tokens.add(token);
    return goOn.test(token);
  }

  @Override
  public void onFinish(Completion completion) {
    end.complete(completion);
  }

  @Override
  public void onResult(TokenScores scores) {
    argmax.complete(scores.argmax());
    logprobs.complete(scores.logprobs());
  }

  @Override
  public void onError(RuntimeException error) {
    end.completeExceptionally(error);
    logprobs.completeExceptionally(error);
  }

  List<Integer> ids() {
    return tokens.stream().map(SampledToken::id).toList();
  }

  Completion await() throws InterruptedException, TimeoutException {
    return await(end);
  }

  /** Waits so long that only a lost request can fail; throws what the engine reported. */
  static <T> T await(CompletableFuture<T> future) throws InterruptedException, TimeoutException {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }
}
