package io.maque.server.ollama;

import io.maque.generate.Generation;
import io.maque.generate.GenerationListener.Piece;
import io.maque.generate.GenerationRequest;
import java.util.List;
import java.util.Optional;

/** One answer on its way to the client: what the model is asked, and the JSON made of its reply. */
public interface Replies {

  /** What the model is asked. */
  GenerationRequest request();

  /** The next part of an answer; empty when it has nothing to tell yet. */
  Optional<Object> part(Piece piece);

  /** The last parts of an answer whose other parts were sent. */
  List<Object> last(Generation generation, ReplyEnd end);

  /** An answer as a whole. */
  Object whole(Generation generation, ReplyEnd end);
}
