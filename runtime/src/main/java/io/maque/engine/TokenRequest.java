package io.maque.engine;

import io.maque.metrics.Deadline;
import io.maque.sampling.SamplingOptions;
import io.maque.sampling.TokenConstraint;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A completion to compute.
 *
 * @param prompt at least one vocabulary id; where a picture stands, its id at each position
 * @param images the pictures of the prompt, in order; none for text
 * @param sampling how tokens are chosen
 * @param maxTokens most tokens to give; 0 only reads the prompt
 * @param endTokens ids that end the completion and are not part of it
 * @param topLogprobs alternatives to report with each token; negative reports no log-probabilities
 * @param promptLogprobs alternatives to report with each token of the prompt; negative reports
 *     nothing about the prompt. The whole prompt is computed then, whatever the cache holds
 * @param constraint narrows the choice of tokens; belongs to this request alone
 * @param deadline when the request is to end, finished or not
 * @param reuseCache whether the prompt may take over keys and values that other requests computed
 *     for the same first tokens, and leave its own to others
 */
public record TokenRequest(
    int[] prompt,
    List<PromptImage> images,
    SamplingOptions sampling,
    int maxTokens,
    Set<Integer> endTokens,
    int topLogprobs,
    int promptLogprobs,
    Optional<TokenConstraint> constraint,
    Optional<Deadline> deadline,
    boolean reuseCache) {

  public TokenRequest {
    images = List.copyOf(images);
    endTokens = Set.copyOf(endTokens);
    if (maxTokens < 0) {
      throw new IllegalArgumentException("maxTokens: expected 0 or more, found " + maxTokens);
    }
  }
}
