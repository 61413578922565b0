package io.maque.server.ollama;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.InstantSource;
import java.util.List;

/**
 * An answer to {@code POST /api/chat}, or a part of one.
 *
 * @param end with the last part only
 */
record ChatReply(
    String model, String createdAt, Reply message, boolean done, @JsonUnwrapped ReplyEnd end) {

  /** What the assistant says, thinks and calls. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reply(String role, String content, String thinking, List<AnswerParts.Call> toolCalls) {}

  static ChatReply of(String model, InstantSource clock, AnswerParts.Part part, ReplyEnd end) {
    Reply reply =
        new Reply(
            "assistant",
            part.text(),
            part.thinking().isEmpty() ? null : part.thinking(),
            part.calls().isEmpty() ? null : part.calls());
    return new ChatReply(model, clock.instant().toString(), reply, end != null, end);
  }
}
