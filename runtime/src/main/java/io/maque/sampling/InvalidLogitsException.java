package io.maque.sampling;

/** A model gave logits no token can be chosen from; its weights may be damaged. */
public final class InvalidLogitsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidLogitsException(String message) {
    super(message);
  }
}
