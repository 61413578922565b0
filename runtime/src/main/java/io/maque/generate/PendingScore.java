package io.maque.generate;

import io.maque.engine.ScoreListener;
import io.maque.engine.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Scores between the engine thread and the one that awaits them. */
final class PendingScore implements ScoreListener {
  private final CompletableFuture<Score> result = new CompletableFuture<>();

  @Override
  public void onScore(float[] logprobs, int[] argmax) {
    result.complete(new Score(logprobs, argmax));
  }

  @Override
  public void onError(RuntimeException error) {
    result.completeExceptionally(error);
  }

  Score await(Submission submission) {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      submission.cancel();
      Thread.currentThread().interrupt();
      throw new GenerationInterruptedException(e);
    }
  }
}
