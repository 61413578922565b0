package io.maque.generate;

import io.maque.sampling.SampledToken;
import java.util.List;

/** Hears an answer while it grows. Called on the thread that awaits the answer. */
@FunctionalInterface
public interface GenerationListener {

  /** Ignores all pieces, for those who only want the whole. */
  GenerationListener NONE = piece -> {};

  /**
   * The tokens of the prompt, all but the first with their log-probabilities, before the first
   * piece; called only when {@link GenerationRequest#promptLogprobs} asks for it. What is thrown
   * here is treated as in {@link #onPiece}.
   */
  default void onPrompt(List<SampledToken> prompt) {}

  /**
   * The next piece. An exception thrown here cancels the request and reaches the one who awaits it.
   */
  void onPiece(Piece piece);

  /**
   * A piece of an answer.
   *
   * @param text whole characters (never half of a surrogate pair); empty when tokens were given
   *     whose text is not complete yet
   * @param tokens the tokens that came since the piece before
   */
  record Piece(String text, List<SampledToken> tokens) {

    public Piece {
      tokens = List.copyOf(tokens);
    }
  }
}
