package io.maque.hub.checkpoint;

import io.maque.hub.reference.HubException;

/** A file of weights is damaged, hostile or of an unknown kind. The message says what and where. */
public final class CheckpointException extends HubException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
