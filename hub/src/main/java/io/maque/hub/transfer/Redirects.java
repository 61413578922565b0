package io.maque.hub.transfer;

import java.net.URI;
import java.net.URISyntaxException;

/** Decides where a redirect may lead. */
final class Redirects {
  private Redirects() {}

  /**
   * The address that {@code location}, met at {@code current}, stands for.
   *
   * @throws PullException when it is no address or a forbidden one
   */
  static URI target(URI start, URI current, String location) {
    URI target = resolve(current, location);
    String scheme = target.getScheme();
    boolean http = "http".equalsIgnoreCase(scheme);
    if (!http && !Origins.isHttps(target)) {
      throw refused(current, "to the scheme \"%s\"".formatted(scheme), "https");
    }
    if (target.getHost() == null) {
      throw refused(current, "to an address without a host", "https://host/path");
    }
    if (target.getRawUserInfo() != null) {
      throw refused(current, "to an address with a user name", "an address without one");
    }
    if (http && Origins.isHttps(current)) {
      throw refused(current, "from https to plain http at " + Origins.describe(target), "https");
    }
    // Only whoever started inside the network may be sent to a place inside it.
    if (!Origins.same(current, target)
        && Origins.isInternal(target)
        && !Origins.isInternal(start)) {
      throw refused(
          current,
          "to the internal address " + Origins.describe(target),
          "an address of the internet");
    }
    return target;
  }

  private static URI resolve(URI current, String location) {
    try {
      // The parser refuses control characters, spaces and backslashes, which parsers read in
      // different ways; nothing is repaired here.
      return current.resolve(new URI(location));
    } catch (URISyntaxException fault) {
      throw refused(current, "to something that is no address", "an absolute or relative URL");
    }
  }

  private static PullException refused(URI current, String what, String expected) {
    return new PullException(
        "%s redirects %s; expected %s, nothing was fetched from there"
            .formatted(Origins.describe(current), what, expected));
  }
}
