package io.maque.model;

/**
 * A file is a sound GGUF file but not a model Maque can run: unknown architecture, a missing tensor
 * or one of another shape, hyper-parameters out of range. The message says what was found, what was
 * expected and where.
 */
public final class UnsupportedModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedModelException(String message) {
    super(message);
  }
}
