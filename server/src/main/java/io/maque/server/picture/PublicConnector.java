package io.maque.server.picture;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Connects to public addresses only. A name is resolved once, and the connection goes to the very
 * address that was checked: a name that means another address a moment later gains nothing.
 */
final class PublicConnector implements RemotePictures.Connector {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  @Override
  public Socket connect(String host, boolean encrypted, Duration limit) throws IOException {
    InetAddress address = InetAddress.getByName(host);
    if (!isPublic(address)) {
      throw new SocketException("not a public address");
    }
    int port = encrypted ? HTTPS : HTTP;
    Socket socket = new Socket();
    try {
      socket.setSoTimeout((int) limit.toMillis());
      socket.connect(new InetSocketAddress(address, port), (int) limit.toMillis());
      return encrypted ? encrypted(socket, host, port) : socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Socket encrypted(Socket socket, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tls = (SSLSocket) factory.createSocket(socket, host, port, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    return tls;
  }

  /** Whether everybody may reach an address: IANA's registries of special-purpose addresses. */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return switch (address) {
      case Inet4Address _ -> isPublic4(bytes[0] & 0xFF, bytes[1] & 0xFF, bytes[2] & 0xFF);
      // Of version 6 only what is given out as public, without documentation and tunnels in it.
      case Inet6Address _ ->
          (bytes[0] & 0xE0) == 0x20
              && !begins(bytes, 0x20, 0x01, 0x0D, 0xB8)
              && !begins(bytes, 0x20, 0x01, 0x00, 0x00)
              && !begins(bytes, 0x20, 0x02);
      default -> false;
    };
  }

  private static boolean isPublic4(int a, int b, int c) {
    return a != 0
        && a < 224 // multicast and what is reserved
        && !(a == 100 && b >= 64 && b < 128) // carriers' own
        && !(a == 192 && b == 0 && (c == 0 || c == 2)) // protocols, documentation
        && !(a == 192 && b == 88 && c == 99) // tunnels
        && !(a == 198 && (b == 18 || b == 19)) // benchmarks
        && !(a == 198 && b == 51 && c == 100)
        && !(a == 203 && b == 0 && c == 113); // documentation
  }

  private static boolean begins(byte[] bytes, int... with) {
    for (int i = 0; i < with.length; i++) {
      if ((bytes[i] & 0xFF) != with[i]) {
        return false;
      }
    }
    return true;
  }
}
