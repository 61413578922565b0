package io.maque.server.router;

/** The server is about to stop and loads no more models. */
public final class ModelsClosedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelsClosedException() {
    super("the server is stopping");
  }
}
