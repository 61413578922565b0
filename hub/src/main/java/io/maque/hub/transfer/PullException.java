package io.maque.hub.transfer;

import io.maque.hub.reference.HubException;

/**
 * A model could not be fetched. The message is one sentence: what happened, where, and what to do.
 */
public class PullException extends HubException {
  private static final long serialVersionUID = 1L;

  public PullException(String message) {
    super(message);
  }

  public PullException(String message, Throwable cause) {
    super(message, cause);
  }
}
