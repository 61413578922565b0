package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maque.generate.Generation;
import io.maque.generate.Usage;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** What an answer took, as OpenAI's API counts it: a prompt counts once for all its answers. */
record UsageReply(
    int promptTokens,
    int completionTokens,
    int totalTokens,
    PromptTokensDetails promptTokensDetails) {

  /**
   * What the tokens of the prompt were.
   *
   * @param cachedTokens in the KV cache already
   * @param imageTokens of pictures; null and absent when there are none
   */
  record PromptTokensDetails(
      int cachedTokens, @JsonInclude(JsonInclude.Include.NON_NULL) Integer imageTokens) {}

  /**
   * @param n how many of the answers, one after the other, have the same prompt
   */
  static UsageReply of(List<Generation> generations, int n) {
    int prompt = sumOfPrompts(generations, n, Usage::promptTokens);
    int cached = sumOfPrompts(generations, n, Usage::cachedTokens);
    int completion = generations.stream().mapToInt(one -> one.usage().completionTokens()).sum();
    int images = sumOfPrompts(generations, n, Usage::imageTokens);
    return new UsageReply(
        prompt,
        completion,
        prompt + completion,
        new PromptTokensDetails(cached, images == 0 ? null : images));
  }

  private static int sumOfPrompts(List<Generation> generations, int n, ToIntFunction<Usage> count) {
    return IntStream.iterate(0, i -> i < generations.size(), i -> i + n)
        .map(i -> count.applyAsInt(generations.get(i).usage()))
        .sum();
  }
}
