package io.maque.engine;

/** A prompt is longer than the context that the model was opened with. */
public final class ContextLengthExceededException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int promptTokens;
  private final int limit;

  public ContextLengthExceededException(int promptTokens, int limit, int contextLength) {
    super(
        "the prompt has %d tokens, at most %d fit a context of %d; shorten it or open the model with a longer context"
            .formatted(promptTokens, limit, contextLength));
    this.promptTokens = promptTokens;
    this.limit = limit;
  }

  /** Tokens of the prompt. */
  public int promptTokens() {
    return promptTokens;
  }

  /** Most tokens the prompt may have. */
  public int limit() {
    return limit;
  }
}
