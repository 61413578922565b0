package io.maque.tokenizer;

/**
 * The file is sound but its vocabulary is of a kind Maque cannot encode with. Encoding with a
 * guessed rule would silently degrade every answer, so there is no fallback.
 */
public final class UnsupportedTokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedTokenizerException(String message) {
    super(message);
  }
}
