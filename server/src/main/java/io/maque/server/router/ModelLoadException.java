package io.maque.server.router;

/**
 * A model could not be loaded. The message is fit for every client; the cause, which may name
 * files, is for the log.
 */
public final class ModelLoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelLoadException(String name, Throwable cause) {
    super("model %s cannot be loaded; the server's log says why".formatted(name), cause);
  }
}
