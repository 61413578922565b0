package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An answer to {@code POST /v1/completions}, whole or a part of it.
 *
 * @param usage of all answers; null and absent in the parts but the last
 * @param timings of an answer, with its end; otherwise null and absent
 */
public record Completion(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) UsageReply usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimingsReply timings) {

  /** One answer; {@code logprobs} is null unless asked for, {@code finishReason} until its end. */
  record Choice(int index, String text, CompletionLogprobs logprobs, String finishReason) {}
}
