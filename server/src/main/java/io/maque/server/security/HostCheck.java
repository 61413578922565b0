package io.maque.server.security;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Which names a request may be addressed to. A web page can point a name of its own at 127.0.0.1
 * (DNS rebinding) and then speak to this server as if it were its own; the {@code Host} header
 * gives it away.
 */
final class HostCheck {
  private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
  private static final Pattern IP_LITERAL =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

  private final Set<String> names;
  private final Supplier<List<InetAddress>> addresses;

  /**
   * @param names accepted beside {@code localhost}, lower case
   * @param addresses of this machine; asked each time, since a machine may move between networks
   */
  HostCheck(List<String> names, Supplier<List<InetAddress>> addresses) {
    this.names = Set.copyOf(names);
    this.addresses = addresses;
  }

  /** Whether a {@code Host} header, port included or not, means this server. */
  boolean accepts(String header) {
    var matcher = HOST.matcher(header.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return false;
    }
    String host = matcher.group(1).replaceFirst("(?<=.)\\.$", "");
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || names.contains(host)
        || (IP_LITERAL.matcher(host).matches() && isOwn(host));
  }

  private boolean isOwn(String literal) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(literal.replaceAll("[\\[\\]]", ""));
    } catch (IllegalArgumentException e) {
      // Looks like an address and is none, such as 999.1.1.1: nobody's.
      return false;
    }
    // Bytes, not equals: an interface's own IPv6 address carries a zone.
    return address.isLoopbackAddress()
        || addresses.get().stream()
            .anyMatch(own -> Arrays.equals(own.getAddress(), address.getAddress()));
  }
}
