package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maque.generate.Generation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A whole answer to {@code POST /v1/chat/completions}.
 *
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
    @JsonInclude(JsonInclude.Include.NON_NULL) String response) {

  /** One answer. */
  record Choice(int index, Reply message, String finishReason) {}

  /** What the model says. {@code refusal} is always null: models here have no such channel. */
  record Reply(String role, String content, String refusal) {}

  /** The answers to {@code request} as one reply. */
  public static ChatCompletion of(
      ChatCompletionRequest request, ReplyIdentity identity, List<Generation> generations) {
    Generation first = generations.getFirst();
    return new ChatCompletion(
        identity.id(),
        "chat.completion",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        IntStream.range(0, generations.size())
            .mapToObj(i -> choice(i, generations.get(i)))
            .toList(),
        UsageReply.of(generations),
        TimingsReply.of(first),
        request.shortForm() ? first.text() : null);
  }

  private static Choice choice(int index, Generation generation) {
    return new Choice(
        index,
        new Reply("assistant", generation.text(), null),
        FinishReasons.of(generation.finishReason()));
  }
}
