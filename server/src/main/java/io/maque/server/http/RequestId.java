package io.maque.server.http;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * What names a request in answers and logs: the client's {@code X-Request-Id} when it is fit for a
 * log, or else one of our own. Bound to the thread that handles the request.
 */
public final class RequestId {
  /** Carries the id of the request that this thread handles. */
  public static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  /** The header, in both directions. */
  public static final String HEADER = "X-Request-Id";

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._:+/=-]{1,128}");

  private RequestId() {}

  /** The id for a request whose header says {@code given}. */
  public static String of(Optional<String> given) {
    return given
        .filter(id -> PLAIN.matcher(id).matches())
        .orElseGet(
            () -> "req-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
  }

  /** The id of this thread's request. */
  static String current() {
    return CURRENT.orElse("none");
  }
}
