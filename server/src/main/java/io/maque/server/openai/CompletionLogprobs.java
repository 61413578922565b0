package io.maque.server.openai;

import io.maque.sampling.SampledToken;
import io.maque.sampling.SampledToken.Candidate;
import io.maque.sampling.SampledToken.Logprobs;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Log-probabilities of the tokens of a completion, as lists of equal length. The first token of a
 * prompt has none: nothing comes before it.
 *
 * @param textOffset where the text of each token begins, in characters of the whole answer
 * @param topLogprobs the likeliest tokens at each place, and the one that is there
 */
record CompletionLogprobs(
    List<String> tokens,
    List<Float> tokenLogprobs,
    List<Map<String, Float>> topLogprobs,
    List<Integer> textOffset) {

  /**
   * @param offset characters of the answer before the first of these tokens
   */
  static CompletionLogprobs of(List<SampledToken> sampled, TokenText text, int offset) {
    CompletionLogprobs lists =
        new CompletionLogprobs(
            new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int at = offset;
    for (SampledToken token : sampled) {
      lists.add(token, text, at);
      at += text.length(token.id());
    }
    return lists;
  }

  private void add(SampledToken token, TokenText text, int offset) {
    String key = text.key(token.id());
    Logprobs logprobs = token.logprobs().orElse(null);
    tokens.add(key);
    textOffset.add(offset);
    tokenLogprobs.add(logprobs == null ? null : ChatLogprobs.finite(logprobs.chosen()));
    topLogprobs.add(logprobs == null ? null : top(key, logprobs, text));
  }

  private static Map<String, Float> top(String chosen, Logprobs logprobs, TokenText text) {
    Map<String, Float> top = new LinkedHashMap<>();
    for (Candidate candidate : logprobs.top()) {
      top.put(text.key(candidate.id()), ChatLogprobs.finite(candidate.logprob()));
    }
    top.putIfAbsent(chosen, ChatLogprobs.finite(logprobs.chosen()));
    return top;
  }
}
