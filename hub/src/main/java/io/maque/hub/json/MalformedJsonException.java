package io.maque.hub.json;

import io.maque.hub.reference.HubException;

/** A document is not JSON, or a field is missing or of another kind than expected. */
public final class MalformedJsonException extends HubException {
  private static final long serialVersionUID = 1L;

  public MalformedJsonException(String message) {
    super(message);
  }

  public MalformedJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
