package io.maque.sampling;

import java.util.List;
import java.util.Optional;

/**
 * A token that was chosen.
 *
 * @param id vocabulary id
 * @param logprobs present when they were asked for
 */
public record SampledToken(int id, Optional<Logprobs> logprobs) {

  /**
   * Natural logarithms of the probabilities that the model itself gave, before bias, penalties and
   * temperature: the numbers that OpenAI's API calls {@code logprobs}.
   *
   * @param chosen of the chosen token
   * @param top the most likely tokens, most likely first; as many as were asked for
   */
  public record Logprobs(float chosen, List<Candidate> top) {

    public Logprobs {
      top = List.copyOf(top);
    }
  }

  /** A token the model could have chosen, with its log-probability. */
  public record Candidate(int id, float logprob) {}
}
