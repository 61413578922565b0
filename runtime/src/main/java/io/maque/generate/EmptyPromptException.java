package io.maque.generate;

/** A prompt of no tokens at all: there is nothing that a model could continue. */
public final class EmptyPromptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EmptyPromptException() {
    super(
        "the prompt has no tokens: expected at least one; give a text, or check the chat template,"
            + " which wrote nothing for this conversation");
  }
}
