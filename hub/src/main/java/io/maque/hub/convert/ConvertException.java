package io.maque.hub.convert;

import io.maque.hub.reference.HubException;

/** A checkpoint cannot be converted. The message says what was found, expected, where, and why. */
public final class ConvertException extends HubException {
  private static final long serialVersionUID = 1L;

  public ConvertException(String message) {
    super(message);
  }

  public ConvertException(String message, Throwable cause) {
    super(message, cause);
  }
}
