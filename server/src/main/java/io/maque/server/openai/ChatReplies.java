package io.maque.server.openai;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.sampling.SampledToken;
import io.maque.server.openai.ChatCompletionChunk.Delta;
import io.maque.server.tools.AnswerReader;
import io.maque.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What a model answered to a chat completion, as OpenAI's API writes it: whole or in chunks. */
public final class ChatReplies {
  private final ChatCompletionRequest request;
  private final ReplyIdentity identity;
  private final Function<AnswerReader.Listener, AnswerReader> readers;
  private final TokenText tokens;

  /**
   * @param readers make a reader for each answer
   */
  public ChatReplies(
      ChatCompletionRequest request,
      ReplyIdentity identity,
      Tokenizer tokenizer,
      Function<AnswerReader.Listener, AnswerReader> readers) {
    this.request = request;
    this.readers = readers;
    this.identity = identity;
    this.tokens = new TokenText(tokenizer);
  }

  /** All answers as one reply. */
  public ChatCompletion whole(List<Generation> generations) {
    Generation first = generations.getFirst();
    List<ChatCompletion.Choice> choices =
        IntStream.range(0, generations.size())
            .mapToObj(i -> choice(i, generations.get(i)))
            .toList();
    return new ChatCompletion(
        identity.id(),
        "chat.completion",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        choices,
        UsageReply.of(generations, request.answer().n()),
        TimingsReply.of(first),
        ImageReply.of(first),
        request.shortForm() ? choices.getFirst().message().content() : null);
  }

  private ChatCompletion.Choice choice(int index, Generation generation) {
    ChatParts parts = new ChatParts();
    AnswerReader reader = readers.apply(parts);
    reader.accept(generation.text());
    reader.end();
    return new ChatCompletion.Choice(
        index,
        ChatParts.whole(parts.take()),
        logprobs(generation.tokens()),
        FinishReasons.of(generation.finishReason(), reader.calls() > 0));
  }

  private ChatLogprobs logprobs(List<SampledToken> sampled) {
    return request.logprobs() ? ChatLogprobs.of(sampled, tokens) : null;
  }

  /** The first chunk of an answer. */
  ChatCompletionChunk begin(int index) {
    return chunk(
        new ChatCompletionChunk.Choice(index, new Delta("assistant", "", null, null), null, null));
  }

  /** A reader for one answer. */
  AnswerReader reader(ChatParts parts) {
    return readers.apply(parts);
  }

  /** The next part of an answer. */
  ChatCompletionChunk piece(int index, Delta delta) {
    return chunk(new ChatCompletionChunk.Choice(index, delta, null, null));
  }

  /** Whether log-probabilities go with a piece. */
  boolean tellsLogprobs(Piece piece) {
    return request.logprobs() && !piece.tokens().isEmpty();
  }

  /**
   * The chunks that a piece makes: one for each delta, the log-probabilities of its tokens with the
   * first. Often a token completes no character, or what it completes waits.
   */
  List<ChatCompletionChunk> pieces(int index, List<Delta> deltas, Piece piece) {
    List<Delta> said = deltas.isEmpty() ? List.of(Delta.text("")) : deltas;
    List<ChatCompletionChunk> chunks = new ArrayList<>(said.size());
    ChatLogprobs logprobs = logprobs(piece.tokens());
    for (Delta delta : said) {
      chunks.add(
          chunk(
              new ChatCompletionChunk.Choice(
                  index, delta, chunks.isEmpty() ? logprobs : null, null)));
    }
    return chunks;
  }

  /** The end of an answer. */
  ChatCompletionChunk end(int index, Generation generation, boolean called) {
    String reason = FinishReasons.of(generation.finishReason(), called);
    return chunk(
        List.of(
            new ChatCompletionChunk.Choice(index, new Delta(null, null, null, null), null, reason)),
        null,
        TimingsReply.of(generation),
        ImageReply.of(generation));
  }

  private ChatCompletionChunk chunk(ChatCompletionChunk.Choice choice) {
    return chunk(List.of(choice), null, null, List.of());
  }

  /** Whether a last chunk is to tell the usage. */
  boolean includesUsage() {
    return request.answer().includeUsage();
  }

  /** The last chunk. */
  ChatCompletionChunk usage(List<Generation> generations) {
    return chunk(List.of(), UsageReply.of(generations, request.answer().n()), null, List.of());
  }

  private ChatCompletionChunk chunk(
      List<ChatCompletionChunk.Choice> choices,
      UsageReply usage,
      TimingsReply timings,
      List<ImageReply> images) {
    return new ChatCompletionChunk(
        identity.id(),
        "chat.completion.chunk",
        identity.created(),
        identity.model(),
        identity.systemFingerprint(),
        choices,
        usage,
        timings,
        images);
  }
}
