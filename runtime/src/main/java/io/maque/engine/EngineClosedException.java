package io.maque.engine;

/** The engine was closed before or while it worked on a request. */
public final class EngineClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineClosedException(String message) {
    super(message);
  }
}
