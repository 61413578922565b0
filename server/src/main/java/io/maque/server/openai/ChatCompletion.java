package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A whole answer to {@code POST /v1/chat/completions}.
 *
 * @param images what became of the pictures of the prompt; absent when there are none
 * @param response the text, for the short form of the request; otherwise null and absent
 */
public record ChatCompletion(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    UsageReply usage,
    TimingsReply timings,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ImageReply> images,
    @JsonInclude(JsonInclude.Include.NON_NULL) String response) {

  /** One answer; {@code logprobs} is null unless asked for. */
  record Choice(int index, Reply message, ChatLogprobs logprobs, String finishReason) {}

  /**
   * What the model says. {@code content} is null when it only calls tools, {@code refusal} always:
   * models here have no such channel.
   */
  record Reply(
      String role,
      String content,
      String refusal,
      @JsonInclude(JsonInclude.Include.NON_NULL) String reasoningContent,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<CallReply> toolCalls) {}
}
