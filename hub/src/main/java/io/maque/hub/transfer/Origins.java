package io.maque.hub.transfer;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which addresses a transfer may go to. */
public final class Origins {
  private Origins() {}

  /** Whether two addresses have the same scheme, host and port. */
  static boolean same(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return isHttps(uri) ? 443 : 80;
  }

  static boolean isHttps(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** Scheme, host and port, for messages: paths and queries may carry signatures. */
  static String describe(URI uri) {
    return "%s://%s%s"
        .formatted(uri.getScheme(), uri.getHost(), uri.getPort() >= 0 ? ":" + uri.getPort() : "");
  }

  /** Whether the host is written as this machine's own address; no name is looked up. */
  public static boolean isLoopback(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }

  /**
   * Whether the host stands for an address that is not reachable from the internet. A host that
   * cannot be looked up counts as public: a proxy may know it.
   */
  static boolean isInternal(URI uri) {
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        if (isInternal(address)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException unknownHere) {
      return false;
    }
  }

  private static boolean isInternal(InetAddress address) {
    byte[] bytes = address.getAddress();
    boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
    boolean sharedCarrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || uniqueLocal
        || sharedCarrier
        || embeddedIpv4(bytes).map(Origins::isInternal).orElse(false);
  }

  /** The IPv4 address behind a NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address, or empty. */
  private static Optional<InetAddress> embeddedIpv4(byte[] bytes) {
    if (bytes.length != 16) {
      return Optional.empty();
    }
    int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
    if (first == 0x2002) {
      return Optional.of(ipv4(Arrays.copyOfRange(bytes, 2, 6)));
    }
    boolean nat64 = first == 0x64 && second == 0xff9b;
    return nat64 ? Optional.of(ipv4(Arrays.copyOfRange(bytes, 12, 16))) : Optional.empty();
  }

  private static InetAddress ipv4(byte[] fourBytes) {
    try {
      return InetAddress.getByAddress(fourBytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four bytes are an address", impossible);
    }
  }
}
