package io.maque.engine;

/** Hears the result of scoring, on the engine thread: must be quick and never block. */
public interface ScoreListener {

  /**
   * The scores, one less than tokens: entry {@code i} is about token {@code i + 1}.
   *
   * @param logprobs natural log-probability the model gave to each token
   * @param argmax the most likely id at each position
   */
  void onScore(float[] logprobs, int[] argmax);

  /** Scoring failed, or was cancelled ({@link java.util.concurrent.CancellationException}). */
  void onError(RuntimeException error);
}
