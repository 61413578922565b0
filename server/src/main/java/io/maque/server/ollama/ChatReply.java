package io.maque.server.ollama;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import java.time.InstantSource;
import java.util.Optional;

/**
 * An answer to {@code POST /api/chat}, or a part of one.
 *
 * @param end with the last part only
 */
record ChatReply(
    String model, String createdAt, Reply message, boolean done, @JsonUnwrapped ReplyEnd end) {

  /** What the assistant says. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Reply(String role, String content) {}

  /** The replies to one request. */
  record Writer(String model, InstantSource clock) implements Replies {

    @Override
    public Optional<Object> part(Piece piece) {
      return piece.text().isEmpty()
          ? Optional.empty()
          : Optional.of(reply(piece.text(), false, null));
    }

    @Override
    public Object last(GenerationRequest request, Generation generation, ReplyEnd end) {
      return reply("", true, end);
    }

    @Override
    public Object whole(GenerationRequest request, Generation generation, ReplyEnd end) {
      return reply(generation.text(), true, end);
    }

    @Override
    public Object loaded(ReplyEnd end) {
      return reply("", true, end);
    }

    private ChatReply reply(String text, boolean done, ReplyEnd end) {
      return new ChatReply(
          model, clock.instant().toString(), new Reply("assistant", text), done, end);
    }
  }
}
