package io.maque.server.openai;

import io.maque.generate.Generation;
import java.util.List;

/** What an answer took, as OpenAI's API counts it: a prompt counts once for all its answers. */
record UsageReply(
    int promptTokens,
    int completionTokens,
    int totalTokens,
    PromptTokensDetails promptTokensDetails) {

  /** How many tokens of the prompt were in the KV cache already. */
  record PromptTokensDetails(int cachedTokens) {}

  static UsageReply of(List<Generation> generations) {
    Generation first = generations.getFirst();
    int prompt = first.usage().promptTokens();
    int completion = generations.stream().mapToInt(one -> one.usage().completionTokens()).sum();
    return new UsageReply(
        prompt,
        completion,
        prompt + completion,
        new PromptTokensDetails(first.usage().cachedTokens()));
  }
}
