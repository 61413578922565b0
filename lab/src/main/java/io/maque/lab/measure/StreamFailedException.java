package io.maque.lab.measure;

/** An answer ended otherwise than the protocol says. */
final class StreamFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String kind;

  StreamFailedException(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  Failure failure() {
    return new Failure(kind, getMessage());
  }
}
