package io.maque.engine;

import io.maque.sampling.SamplingOptions;
import java.util.Set;

/**
 * A completion to compute.
 *
 * @param prompt at least one vocabulary id
 * @param sampling how tokens are chosen
 * @param maxTokens most tokens to give, at least 1
 * @param endTokens ids that end the completion and are not part of it
 * @param topLogprobs alternatives to report with each token; negative reports no log-probabilities
 * @param reuseCache whether the prompt may take over keys and values an earlier request computed
 *     for the same first tokens, and leave its own behind
 */
public record TokenRequest(
    int[] prompt,
    SamplingOptions sampling,
    int maxTokens,
    Set<Integer> endTokens,
    int topLogprobs,
    boolean reuseCache) {

  public TokenRequest {
    endTokens = Set.copyOf(endTokens);
    if (maxTokens < 1) {
      throw new IllegalArgumentException("maxTokens: expected 1 or more, found " + maxTokens);
    }
  }
}
