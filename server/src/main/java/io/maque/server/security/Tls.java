package io.maque.server.security;

import io.maque.server.config.ServerConfig;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The identity that a configuration asks for. */
public final class Tls {
  private Tls() {}

  /**
   * Reads the certificate, or makes one.
   *
   * @param folder where a certificate that this machine makes for itself is kept
   * @throws TlsException when it cannot be used
   */
  public static Optional<TlsIdentity> open(ServerConfig config, Path folder, InstantSource clock) {
    return switch (config.tls()) {
      case ServerConfig.Tls.Off() -> Optional.empty();
      case ServerConfig.Tls.Pem(Path certificates, Path key) ->
          Optional.of(PemFiles.read(certificates, key));
      case ServerConfig.Tls.SelfSigned() -> {
        List<String> names = new ArrayList<>(config.listen().hostNames());
        names.add("localhost");
        List<InetAddress> addresses = new ArrayList<>(LocalAddresses.ofNetwork());
        addresses.add(InetAddress.ofLiteral("127.0.0.1"));
        addresses.add(InetAddress.ofLiteral("::1"));
        yield Optional.of(new SelfSigned(folder).get(names, addresses, clock.instant()));
      }
    };
  }
}
