package io.maque.server.ollama;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.InstantSource;
import java.util.List;

/**
 * An answer to {@code POST /api/generate}, or a part of one.
 *
 * @param context with the last part: ids of prompt and answer, for a request that goes on from here
 * @param end with the last part only
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GenerateReply(
    String model,
    String createdAt,
    String response,
    String thinking,
    boolean done,
    List<Integer> context,
    @JsonUnwrapped ReplyEnd end) {

  static GenerateReply of(
      String model,
      InstantSource clock,
      AnswerParts.Part part,
      List<Integer> context,
      ReplyEnd end) {
    return new GenerateReply(
        model,
        clock.instant().toString(),
        part.text(),
        part.thinking().isEmpty() ? null : part.thinking(),
        end != null,
        context,
        end);
  }
}
