package io.maque.generate;

import io.maque.engine.ResultListener;
import io.maque.engine.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A result between the engine thread and the one that awaits it. */
final class PendingResult<T> implements ResultListener<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private Submission submission;

  /** Says what to cancel; to be called before the result is awaited. */
  void submitted(Submission toEngine) {
    submission = toEngine;
  }

  @Override
  public void onResult(T value) {
    result.complete(value);
  }

  @Override
  public void onError(RuntimeException error) {
    result.completeExceptionally(error);
  }

  void cancel() {
    submission.cancel();
  }

  T await() {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw new GenerationInterruptedException(e);
    }
  }
}
