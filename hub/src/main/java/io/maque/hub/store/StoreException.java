package io.maque.hub.store;

import io.maque.hub.reference.HubException;

/** The store on the disk is not as it should be. The message says what, where and what to do. */
public final class StoreException extends HubException {
  private static final long serialVersionUID = 1L;

  public StoreException(String message) {
    super(message);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
