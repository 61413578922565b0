package io.maque.server.http;

/** The client went away, or reads so slowly that it was let go; nobody hears the answer. */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClientGoneException(Throwable cause) {
    super("the client closed the connection before it had the whole answer", cause);
  }
}
