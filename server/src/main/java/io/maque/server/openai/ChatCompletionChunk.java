package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * A part of an answer to {@code POST /v1/chat/completions} with {@code stream: true}.
 *
 * @param usage of all answers, in a last chunk of its own; otherwise null and absent
 * @param timings of an answer, with its end; otherwise null and absent
 * @param images what became of the pictures of the prompt, with the end of an answer; otherwise
 *     empty and absent
 */
public record ChatCompletionChunk(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) UsageReply usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimingsReply timings,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ImageReply> images) {

  /**
   * What is new of one answer; {@code logprobs} is null unless asked for, {@code finishReason}
   * until the end.
   */
  record Choice(int index, Delta delta, ChatLogprobs logprobs, String finishReason) {}

  /** New text; the first chunk of an answer says whose it is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Delta(String role, String content, String reasoningContent, List<CallReply> toolCalls) {
    static Delta text(String text) {
      return new Delta(null, text, null, null);
    }

    /** Whether there is a text and nothing else. */
    @JsonIgnore
    boolean isText() {
      return content != null && role == null && reasoningContent == null && toolCalls == null;
    }
  }
}
