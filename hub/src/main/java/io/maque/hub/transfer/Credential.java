package io.maque.hub.transfer;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Secret headers and the one origin (scheme, host and port) that may see them.
 *
 * <p>A redirect to anywhere else is followed without them: hubs redirect to storage hosts whose
 * operators have no business with the user's token.
 */
public final class Credential {
  /** No secret. */
  public static final Credential NONE =
      new Credential(
          null, Map.of(), "Maque has none for it; use another source or fetch the file by hand");

  private final URI origin;
  private final Map<String, String> headers;
  private final String howToGet;

  private Credential(URI origin, Map<String, String> headers, String howToGet) {
    this.origin = origin;
    this.headers = headers;
    this.howToGet = howToGet;
  }

  /** No secret yet; {@code howToGet} tells the user what to do when a server asks for one. */
  public static Credential missing(String howToGet) {
    return new Credential(null, Map.of(), howToGet);
  }

  /** {@code Authorization: Bearer token} for the origin of {@code endpoint}. */
  public static Credential bearer(URI endpoint, String token) {
    return new Credential(endpoint, Map.of("Authorization", "Bearer " + checked(token)), "");
  }

  /** This credential with a further secret header. */
  public Credential and(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, checked(value));
    return new Credential(origin, more, howToGet);
  }

  /** The headers that {@code uri} may see: all of them, or none. */
  Map<String, String> headersFor(URI uri) {
    return origin != null && Origins.same(origin, uri) ? headers : Map.of();
  }

  /** What the user can do to have a secret. */
  String howToGet() {
    return howToGet;
  }

  /** Whether there is a secret at all. */
  public boolean isPresent() {
    return !headers.isEmpty();
  }

  private static String checked(String secret) {
    if (secret.isEmpty() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new PullException(
          "the token has %d characters, some of which cannot stand in a header; expected one printable word, check how it was set"
              .formatted(secret.length()));
    }
    return secret;
  }

  /** Never the secret itself: this ends up in logs. */
  @Override
  public String toString() {
    return isPresent() ? "Credential[for %s]".formatted(origin) : "Credential[none]";
  }
}
