package io.maque.generate;

/**
 * How likely a model finds a text, position by position. Arrays have one entry less than the text
 * has tokens: entry {@code i} is about token {@code i + 1} given those up to {@code i}.
 *
 * @param logprobs natural log-probability of each token
 * @param argmax the most likely token id at each position
 */
public record Score(float[] logprobs, int[] argmax) {

  /** Mean negative log-likelihood in nats per token; its exponential is the perplexity. */
  public double meanNegativeLogLikelihood() {
    double sum = 0;
    for (float logprob : logprobs) {
      sum -= logprob;
    }
    return sum / logprobs.length;
  }
}
