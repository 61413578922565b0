package io.maque.kernel;

/**
 * A kernel was asked for that cannot be had: an unknown or refused rung was forced, or no rung
 * serves an operation. The message says what was found and what to do.
 */
public final class KernelUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public KernelUnavailableException(String message) {
    super(message);
  }
}
