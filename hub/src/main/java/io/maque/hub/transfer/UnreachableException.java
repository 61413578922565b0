package io.maque.hub.transfer;

/**
 * A source could not be reached at all, so that another source of the same model is worth a try.
 */
public final class UnreachableException extends PullException {
  private static final long serialVersionUID = 1L;

  public UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
