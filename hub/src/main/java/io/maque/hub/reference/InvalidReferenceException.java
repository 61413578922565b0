package io.maque.hub.reference;

/** A text does not name a model. The message says what was found and which forms exist. */
public final class InvalidReferenceException extends HubException {
  private static final long serialVersionUID = 1L;

  public InvalidReferenceException(String message) {
    super(message);
  }
}
