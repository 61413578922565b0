package io.maque.hub.reference;

/**
 * Whatever the hub refuses or fails to do. The message is one sentence for the user: what was
 * found, what was expected, where, and what to do.
 */
public class HubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public HubException(String message) {
    super(message);
  }

  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
