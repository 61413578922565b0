package io.maque.server.ollama;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import io.maque.generate.Prompt;
import io.maque.sampling.SampledToken;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
    boolean done,
    List<Integer> context,
    @JsonUnwrapped ReplyEnd end) {

  /** The replies to one request. */
  record Writer(String model, InstantSource clock) implements Replies {

    @Override
    public Optional<Object> part(Piece piece) {
      return piece.text().isEmpty()
          ? Optional.empty()
          : Optional.of(reply(piece.text(), false, null, null));
    }

    @Override
    public Object last(GenerationRequest request, Generation generation, ReplyEnd end) {
      return reply("", true, context(request, generation), end);
    }

    @Override
    public Object whole(GenerationRequest request, Generation generation, ReplyEnd end) {
      return reply(generation.text(), true, context(request, generation), end);
    }

    @Override
    public Object loaded(ReplyEnd end) {
      return reply("", true, null, end);
    }

    private GenerateReply reply(String text, boolean done, List<Integer> context, ReplyEnd end) {
      return new GenerateReply(model, clock.instant().toString(), text, done, context, end);
    }

    private static List<Integer> context(GenerationRequest request, Generation generation) {
      List<Integer> prompt =
          request.prompt() instanceof Prompt.Tokens(List<Integer> ids) ? ids : List.of();
      return Stream.concat(prompt.stream(), generation.tokens().stream().map(SampledToken::id))
          .toList();
    }
  }
}
