package io.maque.generate;

import io.maque.engine.FinishReason;
import io.maque.sampling.SampledToken;
import java.util.List;

/**
 * A complete answer.
 *
 * @param text without stop strings and end token
 * @param promptTokens the tokens of the prompt, all but the first with their log-probabilities;
 *     empty unless {@link GenerationRequest#promptLogprobs} asked for them
 * @param tokens all tokens but the end token; with a stop string, those up to and including it
 * @param finishReason why it ended
 * @param usage what it took
 * @param timings where the time went
 * @param images what became of each picture of the prompt, in its order
 */
public record Generation(
    String text,
    List<SampledToken> promptTokens,
    List<SampledToken> tokens,
    FinishReason finishReason,
    Usage usage,
    Timings timings,
    List<ImageReport> images) {

  public Generation {
    promptTokens = List.copyOf(promptTokens);
    tokens = List.copyOf(tokens);
    images = List.copyOf(images);
  }

  /**
   * Prompt tokens computed per second of prefill without encoding pictures; 0 without a prefill.
   */
  public double promptTokensPerSecond() {
    return perSecond(
        usage.promptTokens() - usage.cachedTokens(),
        timings.prefillMillis() - timings.imageEncodeMillis());
  }

  /** Tokens per second after the first one; 0 when there was only one. */
  public double decodeTokensPerSecond() {
    return perSecond(usage.completionTokens() - 1, timings.decodeMillis());
  }

  private static double perSecond(int count, double millis) {
    return count > 0 && millis > 0 ? count * 1000 / millis : 0;
  }
}
