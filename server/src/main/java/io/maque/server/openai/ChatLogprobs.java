package io.maque.server.openai;

import io.maque.sampling.SampledToken;
import java.util.List;

/**
 * Log-probabilities of the tokens of a chat completion.
 *
 * @param refusal always null: models here have no such channel
 */
record ChatLogprobs(List<TokenLogprob> content, List<TokenLogprob> refusal) {
  /** What OpenAI's API says for a token that is next to impossible; JSON knows no infinity. */
  static final float LEAST = -9999;

  /** A token and the likeliest ones at its place. */
  record TokenLogprob(
      String token, float logprob, List<Integer> bytes, List<Candidate> topLogprobs) {}

  /** A token that could have been. */
  record Candidate(String token, float logprob, List<Integer> bytes) {}

  static ChatLogprobs of(List<SampledToken> tokens, TokenText text) {
    return new ChatLogprobs(tokens.stream().map(token -> of(token, text)).toList(), null);
  }

  private static TokenLogprob of(SampledToken token, TokenText text) {
    SampledToken.Logprobs logprobs = token.logprobs().orElseThrow();
    return new TokenLogprob(
        text.text(token.id()),
        finite(logprobs.chosen()),
        text.bytes(token.id()),
        logprobs.top().stream()
            .map(each ->
                new Candidate(text.text(each.id()), finite(each.logprob()), text.bytes(each.id())))
            .toList());
  }

  static float finite(float logprob) {
    return Math.max(logprob, LEAST);
  }
}
