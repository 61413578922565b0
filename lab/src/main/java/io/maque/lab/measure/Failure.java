package io.maque.lab.measure;

/**
 * Why a request was not answered.
 *
 * @param kind a word that failures of the same cause share: {@code http 503}, {@code timeout}
 * @param message what happened, for people
 */
public record Failure(String kind, String message) {
  /** Nobody answers at the address. */
  static final String CONNECT = "connect";

  /** No whole answer in time. */
  static final String TIMEOUT = "timeout";

  /** The connection broke before the answer was complete. */
  static final String DISCONNECTED = "disconnected";

  /** The answer is not what the protocol says. */
  static final String PROTOCOL = "protocol";

  /** An error came inside the stream. */
  static final String IN_STREAM = "error in stream";

  /** An answer without text. */
  static final String EMPTY = "empty answer";

  /** Too many requests under way already; see {@link Arrivals.Poisson}. */
  static final String NOT_SENT = "not sent";
}
