package io.maque.server.ollama;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import java.util.Optional;

/** Turns one answer into the JSON that its client is sent. Keeps what it told already. */
public interface Replies {

  /** The next part of an answer; empty when it has nothing to tell yet. */
  Optional<Object> part(Piece piece);

  /** The last part of an answer whose other parts were sent. */
  Object last(GenerationRequest request, Generation generation, ReplyEnd end);

  /** An answer as a whole. */
  Object whole(GenerationRequest request, Generation generation, ReplyEnd end);

  /** Says that the model is in memory; nothing else was asked. */
  Object loaded(ReplyEnd end);
}
