package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.sampling.SampledToken;
import io.maque.server.http.JsonTemplate;
import io.maque.server.openai.ChatCompletionChunk.Delta;
import io.maque.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/** What a model answered to a chat completion, as OpenAI's API writes it: whole or in chunks. */
public final class ChatReplies {
  private final ChatCompletionRequest request;
  private final ReplyIdentity identity;
  private final TokenText tokens;

  public ChatReplies(ChatCompletionRequest request, ReplyIdentity identity, Tokenizer tokenizer) {
    this.request = request;
    this.identity = identity;
    this.tokens = new TokenText(tokenizer);
  }

  /** All answers as one reply. */
  public ChatCompletion whole(List<Generation> generations) {
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
        UsageReply.of(generations, request.answer().n()),
        TimingsReply.of(first),
        request.shortForm() ? first.text() : null);
  }

  private ChatCompletion.Choice choice(int index, Generation generation) {
    return new ChatCompletion.Choice(
        index,
        new ChatCompletion.Reply("assistant", generation.text(), null),
        logprobs(generation.tokens()),
        FinishReasons.of(generation.finishReason()));
  }

  private ChatLogprobs logprobs(List<SampledToken> sampled) {
    return request.logprobs() ? ChatLogprobs.of(sampled, tokens) : null;
  }

  /** The first chunk of an answer. */
  ChatCompletionChunk begin(int index) {
    return chunk(
        new ChatCompletionChunk.Choice(index, new Delta("assistant", ""), null, null), null);
  }

  /** Whether a piece has something to say: often a token completes no character. */
  boolean says(Piece piece) {
    return !piece.text().isEmpty() || request.logprobs() && !piece.tokens().isEmpty();
  }

  /** Whether nothing but their texts tells pieces from each other. */
  boolean arePlain() {
    return !request.logprobs();
  }

  /** The piece of an answer whose text is yet to come. */
  JsonTemplate text(int index) {
    return new JsonTemplate(piece(index, new Piece(JsonTemplate.TEXT, List.of())));
  }

  /** The next piece of an answer. */
  ChatCompletionChunk piece(int index, Piece piece) {
    Delta delta = new Delta(null, piece.text());
    return chunk(
        new ChatCompletionChunk.Choice(index, delta, logprobs(piece.tokens()), null), null);
  }

  /** The end of an answer. */
  ChatCompletionChunk end(int index, Generation generation) {
    String reason = FinishReasons.of(generation.finishReason());
    return chunk(
        new ChatCompletionChunk.Choice(index, new Delta(null, null), null, reason),
        TimingsReply.of(generation));
  }

  private ChatCompletionChunk chunk(ChatCompletionChunk.Choice choice, TimingsReply timings) {
    return chunk(List.of(choice), null, timings);
  }

  /** Whether a last chunk is to tell the usage. */
  boolean includesUsage() {
    return request.answer().includeUsage();
  }

  /** The last chunk. */
  ChatCompletionChunk usage(List<Generation> generations) {
    return chunk(List.of(), UsageReply.of(generations, request.answer().n()), null);
  }

  private ChatCompletionChunk chunk(
      List<ChatCompletionChunk.Choice> choices, UsageReply usage, TimingsReply timings) {
    return new ChatCompletionChunk(
        identity.id(),
        "chat.completion.chunk",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        choices,
        usage,
        timings);
  }
}
