package io.maque.engine;

import io.maque.sampling.SampledToken;
import java.util.List;

/**
 * Hears a completion grow, on the engine thread: must be quick and never block. An exception thrown
 * here ends its own request and no other.
 */
public interface TokenListener {

  /**
   * The tokens of the prompt, when their log-probabilities were asked for; comes before the first
   * token. The first token of a prompt follows nothing and has none.
   */
  default void onPrompt(List<SampledToken> prompt) {}

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
