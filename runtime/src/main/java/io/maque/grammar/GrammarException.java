package io.maque.grammar;

/** A grammar that cannot be used, or an answer that cannot go on under one. */
public final class GrammarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public GrammarException(String message) {
    super(message);
  }
}
