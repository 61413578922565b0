package io.maque.server.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import java.util.List;

/**
 * A part of an answer to {@code POST /v1/chat/completions} with {@code stream: true}.
 *
 * @param usage of all answers, in a last chunk of its own; otherwise null and absent
 * @param timings of an answer, with its end; otherwise null and absent
 */
public record ChatCompletionChunk(
    String id,
    String object,
    long created,
    String model,
    String systemFingerprint,
    List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) UsageReply usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) TimingsReply timings) {

  /** What is new of one answer; {@code finishReason} is null until its end. */
  record Choice(int index, Delta delta, String finishReason) {}

  /** New text; the first chunk of an answer says whose it is. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Delta(String role, String content) {}

  /** The first chunk of an answer. */
  public static ChatCompletionChunk begin(ReplyIdentity identity, int index) {
    return of(identity, new Choice(index, new Delta("assistant", ""), null), null);
  }

  /** The next piece of an answer. */
  public static ChatCompletionChunk piece(ReplyIdentity identity, int index, Piece piece) {
    return of(identity, new Choice(index, new Delta(null, piece.text()), null), null);
  }

  /** The end of an answer. */
  public static ChatCompletionChunk end(ReplyIdentity identity, int index, Generation generation) {
    String reason = FinishReasons.of(generation.finishReason());
    return of(
        identity, new Choice(index, new Delta(null, null), reason), TimingsReply.of(generation));
  }

  /** The last chunk, when it was asked for. */
  public static ChatCompletionChunk usage(ReplyIdentity identity, List<Generation> generations) {
    return new ChatCompletionChunk(
        identity.id(),
        "chat.completion.chunk",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        List.of(),
        UsageReply.of(generations),
        null);
  }

  private static ChatCompletionChunk of(
      ReplyIdentity identity, Choice choice, TimingsReply timings) {
    return new ChatCompletionChunk(
        identity.id(),
        "chat.completion.chunk",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        List.of(choice),
        null,
        timings);
  }
}
