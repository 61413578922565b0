package io.maque.server.security;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** The addresses under which this machine can be reached. */
public final class LocalAddresses {
  private LocalAddresses() {}

  /** All of them, loopback included. */
  public static List<InetAddress> all() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(LocalAddresses::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .toList();
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot list the network interfaces", e);
    }
  }

  /** Those that other machines of the local network can use, such as 192.168.1.5. */
  public static List<InetAddress> ofNetwork() {
    return all().stream()
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .toList();
  }

  private static boolean isUp(NetworkInterface each) {
    try {
      return each.isUp();
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot ask network interface " + each.getName(), e);
    }
  }

  /** An address as it stands in a URL; one of IPv6 in brackets, without its zone. */
  public static String inUrl(InetAddress address) {
    String text = address.getHostAddress().replaceFirst("%.*", "");
    return text.indexOf(':') < 0 ? text : "[" + text + "]";
  }
}
