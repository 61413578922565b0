package io.maque.engine;

import io.maque.sampling.SampledToken;

/**
 * Hears a completion grow, on the engine thread: must be quick and never block. An exception thrown
 * here ends its own request and no other.
 */
public interface TokenListener {

  /**
   * The next token; end tokens are not reported.
   *
   * @return whether to go on; {@code false} ends the completion with {@link FinishReason#STOP}
   */
  boolean onToken(SampledToken token);

  /** The completion is over; nothing follows. */
  void onFinish(Completion completion);

  /** The request failed; nothing follows. */
  void onError(RuntimeException error);
}
