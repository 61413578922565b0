package io.maque.engine;

/** A model gave hidden states that are no numbers; its weights may be damaged. */
public final class InvalidHiddenStateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidHiddenStateException(int position) {
    super(
        ("hidden state of position %d: expected finite numbers, found others; the model file may be"
                + " damaged")
            .formatted(position));
  }
}
