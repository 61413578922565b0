package io.maque.server;

import java.io.IOException;
import java.net.InetAddress;

/** The server cannot listen where it was told to; the message says where, why and what to do. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ListenException(InetAddress address, int port, IOException cause) {
    super(
        ("cannot listen on %s, port %d: %s; choose another --port, or an address of this machine"
                + " as --host")
            .formatted(address.getHostAddress(), port, cause.getMessage()),
        cause);
  }
}
