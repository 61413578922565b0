package io.maque.hub.quantize;

import io.maque.hub.reference.HubException;

/** A file cannot be quantised as asked. The message says what, where and what to do. */
public final class QuantizeException extends HubException {
  private static final long serialVersionUID = 1L;

  public QuantizeException(String message) {
    super(message);
  }

  public QuantizeException(String message, Throwable cause) {
    super(message, cause);
  }
}
