package io.maque.hub.source;

import io.maque.hub.transfer.Credential;
import io.maque.hub.transfer.Origins;
import io.maque.hub.transfer.PullException;
import java.net.URI;
import java.util.Optional;

/** The address of a site, and the user's token for it. */
public final class Endpoint {
  private final URI base;
  private final Optional<String> token;
  private final String tokenVariable;

  /**
   * @param base https, or http for a mirror the user configured on purpose
   * @param token the user's token, if there is one
   * @param tokenVariable the environment variable that sets it, or empty when the site has none
   */
  public Endpoint(URI base, Optional<String> token, String tokenVariable) {
    boolean web = "https".equalsIgnoreCase(base.getScheme()) || isPlain(base);
    if (!web
        || base.getHost() == null
        || base.getRawUserInfo() != null
        || base.getRawQuery() != null) {
      throw new PullException(
          "the configured endpoint is not an address of the form https://host[:port][/path]; check"
              + " HF_ENDPOINT, MODELSCOPE_ENDPOINT and MAQUE_OLLAMA_REGISTRY");
    }
    this.base = URI.create(base.toString().replaceFirst("/+$", ""));
    this.token = token;
    this.tokenVariable = tokenVariable;
  }

  /** The address of {@code path}, which begins with a slash. */
  public URI at(String path) {
    return URI.create(base + path);
  }

  /** The token as a bearer credential for this endpoint's origin. */
  public Credential credential() {
    if (token.isPresent()) {
      return Credential.bearer(requireProtected(), token.get());
    }
    return tokenVariable.isEmpty()
        ? Credential.NONE
        : Credential.missing(
            "accept the model's terms on the site, then set %s to your token and pull again"
                .formatted(tokenVariable));
  }

  /** The token itself, for sites that want it in a header of their own. */
  Optional<String> token() {
    return token;
  }

  private URI requireProtected() {
    if (isPlain(base) && !Origins.isLoopback(base)) {
      throw new PullException(
          "%s is plain http and a token is set, which would travel readable by everybody; use https or unset the token"
              .formatted(base));
    }
    return base;
  }

  private static boolean isPlain(URI uri) {
    return "http".equalsIgnoreCase(uri.getScheme());
  }

  /** Never the token: this ends up in logs. */
  @Override
  public String toString() {
    return base + (token.isPresent() ? " (with token)" : "");
  }
}
