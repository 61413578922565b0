package io.maque.server.security;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which web pages may send requests. A browser names the page's origin on every request that could
 * change or read something; programs other than browsers send none.
 */
final class OriginCheck {
  private final Set<String> allowed;

  /**
   * @param allowed {@code scheme://host[:port]}, lower case
   */
  OriginCheck(List<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  /** What a request's origin permits. */
  enum Verdict {
    /** From a program, or from this server's own page. */
    OWN,
    /** From a page of an allowed site, which may read the answer. */
    ALLOWED,
    /** From any other page. */
    FOREIGN
  }

  /**
   * Judges a request.
   *
   * @param origin the {@code Origin} header
   * @param fetchSite the {@code Sec-Fetch-Site} header, which browsers also send where they leave
   *     out the origin
   * @param navigation whether a person follows a link, which reads nothing on behalf of the page
   * @param self the origin under which the client reached this server
   */
  Verdict judge(
      Optional<String> origin, Optional<String> fetchSite, boolean navigation, String self) {
    if (origin.isEmpty()) {
      boolean crossSite = fetchSite.filter(site -> site.equals("cross-site")).isPresent();
      return crossSite && !navigation ? Verdict.FOREIGN : Verdict.OWN;
    }
    String lower = origin.get().toLowerCase(Locale.ROOT);
    if (lower.equals(self.toLowerCase(Locale.ROOT))) {
      return Verdict.OWN;
    }
    return allowed.contains(lower) ? Verdict.ALLOWED : Verdict.FOREIGN;
  }
}
