package io.maque.server.http;

import java.util.OptionalInt;

/**
 * A request that is refused. The message is for the client: what was found, what was expected, what
 * to do; never a path, an address or a class of this machine.
 */
public final class HttpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String param;
  private final int retryAfterSeconds;

  /**
   * @param status HTTP status, 400 to 599
   * @param code for programs, such as {@code invalid_type}
   * @param param path of the field that is wrong, such as {@code messages[0].role}; empty when the
   *     request as a whole is
   * @param message for people
   */
  public HttpException(int status, String code, String param, String message) {
    this(status, code, param, message, 0);
  }

  private HttpException(
      int status, String code, String param, String message, int retryAfterSeconds) {
    super(message);
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** 400: a field is wrong. */
  public static HttpException badField(String code, String param, String message) {
    return new HttpException(400, code, param, param + ": " + message);
  }

  /** 400: a field or its value is understood, but cannot be served here. */
  public static HttpException unsupported(String param, String message) {
    return badField("unsupported_parameter", param, message);
  }

  /** 503: not now; the client should come back after so many seconds. */
  public static HttpException unavailable(String code, String message, int retryAfterSeconds) {
    return new HttpException(503, code, "", message, retryAfterSeconds);
  }

  /** 429: too much from this client; it should come back after so many seconds. */
  public static HttpException tooManyRequests(String message, int retryAfterSeconds) {
    return new HttpException(429, "rate_limit_exceeded", "", message, retryAfterSeconds);
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** What went wrong, for programs. */
  public String code() {
    return code;
  }

  /** Path of the field that is wrong; empty when it is no single field. */
  public String param() {
    return param;
  }

  /** The value of {@code Retry-After}, where there is one. */
  public OptionalInt retryAfterSeconds() {
    return retryAfterSeconds > 0 ? OptionalInt.of(retryAfterSeconds) : OptionalInt.empty();
  }
}
