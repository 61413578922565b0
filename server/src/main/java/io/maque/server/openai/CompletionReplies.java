package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.Prompt;
import io.maque.sampling.SampledToken;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a model answered to a completion, as OpenAI's API writes it: whole or in parts. */
public final class CompletionReplies {
  private final CompletionRequest request;
  private final ReplyIdentity identity;
  private final TokenText tokens;

  public CompletionReplies(CompletionRequest request, ReplyIdentity identity, Tokenizer tokenizer) {
    this.request = request;
    this.identity = identity;
    this.tokens = new TokenText(tokenizer);
  }

  /** All answers as one reply. */
  public Completion whole(List<Generation> generations) {
    List<Completion.Choice> choices =
        IntStream.range(0, generations.size())
            .mapToObj(i -> choice(i, generations.get(i)))
            .toList();
    return reply(
        choices,
        UsageReply.of(generations, request.answer().n()),
        TimingsReply.of(generations.getFirst()));
  }

  private Completion.Choice choice(int index, Generation generation) {
    List<SampledToken> all =
        Stream.concat(generation.promptTokens().stream(), generation.tokens().stream()).toList();
    return new Completion.Choice(
        index,
        echo(index) + generation.text(),
        logprobs(all, 0),
        FinishReasons.of(generation.finishReason()));
  }

  private CompletionLogprobs logprobs(List<SampledToken> sampled, int offset) {
    return request.logprobs() ? CompletionLogprobs.of(sampled, tokens, offset) : null;
  }

  /** What stands before an answer: its prompt, or nothing. */
  String echo(int index) {
    if (!request.echo()) {
      return "";
    }
    return switch (request.prompts().get(index / request.answer().n())) {
      case Prompt.Text text -> text.text();
      case Prompt.Tokens ids -> tokens.text(ids.ids().stream().mapToInt(id -> id).toArray());
      case Prompt.Chat _ -> throw new IllegalStateException("a completion continues no chat");
    };
  }

  /** The prompt, as the first part of an answer that echoes it. */
  Completion prompt(int index, List<SampledToken> prompt) {
    return part(new Completion.Choice(index, echo(index), logprobs(prompt, 0), null), null);
  }

  /** Whether a piece has something to say: often a token completes no character. */
  boolean says(Piece piece) {
    return !piece.text().isEmpty() || request.logprobs() && !piece.tokens().isEmpty();
  }

  /**
   * The next piece of an answer.
   *
   * @param offset characters of the answer before it
   */
  Completion piece(int index, Piece piece, int offset) {
    return part(
        new Completion.Choice(index, piece.text(), logprobs(piece.tokens(), offset), null), null);
  }

  /** The end of an answer. */
  Completion end(int index, Generation generation) {
    String reason = FinishReasons.of(generation.finishReason());
    return part(new Completion.Choice(index, "", null, reason), TimingsReply.of(generation));
  }

  private Completion part(Completion.Choice choice, TimingsReply timings) {
    return reply(List.of(choice), null, timings);
  }

  /** Whether a last part is to tell the usage. */
  boolean includesUsage() {
    return request.answer().includeUsage();
  }

  /** Whether answers begin with their prompts. */
  boolean echoes() {
    return request.echo();
  }

  /** The last part. */
  Completion usage(List<Generation> generations) {
    return reply(List.of(), UsageReply.of(generations, request.answer().n()), null);
  }

  private Completion reply(
      List<Completion.Choice> choices, UsageReply usage, TimingsReply timings) {
    return new Completion(
        identity.id(),
        "text_completion",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        choices,
        usage,
        timings);
  }
}
