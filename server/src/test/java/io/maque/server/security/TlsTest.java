package io.maque.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> NAMES = List.of("localhost");
  private static final List<InetAddress> ADDRESSES =
      List.of(InetAddress.ofLiteral("192.168.1.5"), InetAddress.ofLiteral("fd00::5"));

  @TempDir private Path folder;

  @Test
  void theCertificateIsKeptWhileItNamesTheMachineAndLasts() {
    SelfSigned selfSigned = new SelfSigned(folder.resolve("tls"));
    TlsIdentity first = selfSigned.get(NAMES, ADDRESSES, NOW);

    assertThat(first.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(selfSigned.get(NAMES, ADDRESSES, NOW.plus(Duration.ofDays(300))).fingerprint())
        .isEqualTo(first.fingerprint());
    assertThat(selfSigned.get(NAMES, ADDRESSES.subList(0, 1), NOW).fingerprint())
        .isEqualTo(first.fingerprint());
    TlsIdentity moved = selfSigned.get(NAMES, List.of(InetAddress.ofLiteral("192.168.1.6")), NOW);
    assertThat(moved.fingerprint()).isNotEqualTo(first.fingerprint());
    assertThat(
            selfSigned
                .get(
                    NAMES,
                    List.of(InetAddress.ofLiteral("192.168.1.6")),
                    NOW.plus(Duration.ofDays(380)))
                .fingerprint())
        .isNotEqualTo(moved.fingerprint());
  }

  @Test
  void onlyItsOwnerReadsTheKey() throws IOException {
    new SelfSigned(folder.resolve("tls")).get(NAMES, ADDRESSES, NOW);

    assertThat(Files.getPosixFilePermissions(folder.resolve("tls/server.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("tls")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  /** Made by OpenSSL, which is what people have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "genrsa -traditional -out KEY 2048",
        "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY",
        "ecparam -name prime256v1 -genkey -out KEY",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out KEY",
        "genpkey -algorithm ED25519 -out KEY"
      })
  void keysOfEveryUsualFormAreRead(String command) throws Exception {
    Path key = folder.resolve("key.pem");
    Path certificate = folder.resolve("cert.pem");
    openssl(command.replace("KEY", key.toString()));
    openssl(
        "req -x509 -new -key %s -subj /CN=localhost -days 2 -out %s".formatted(key, certificate));

    TlsIdentity identity = PemFiles.read(certificate, key);

    assertThat(identity.chain()).hasSize(1);
    assertThat(identity.context().getProtocol()).isEqualTo("TLS");
    assertThat(identity.toString()).isEqualTo("TlsIdentity[CN=localhost]");
  }

  @Test
  void whatDoesNotFitIsNamed() throws Exception {
    Path key = folder.resolve("key.pem");
    Path other = folder.resolve("other.pem");
    Path certificate = folder.resolve("cert.pem");
    openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out " + key);
    openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out " + other);
    openssl(
        "req -x509 -new -key %s -subj /CN=localhost -days 2 -out %s".formatted(key, certificate));

    assertThatThrownBy(() -> PemFiles.read(certificate, other))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("is not that of the first certificate");
    assertThatThrownBy(() -> PemFiles.read(key, key))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("expected certificates in PEM");
    assertThatThrownBy(() -> PemFiles.read(certificate, certificate))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("expected a private key in PEM, found none");
    openssl("pkey -in %s -aes256 -passout pass:x -out %s".formatted(key, other));
    assertThatThrownBy(() -> PemFiles.read(certificate, other))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("the key is encrypted");
    assertThatThrownBy(() -> PemFiles.read(folder.resolve("none"), key))
        .isInstanceOf(TlsException.class)
        .hasMessageContaining("none");
  }

  private static void openssl(String command) throws Exception {
    List<String> words = new java.util.ArrayList<>(List.of("openssl"));
    words.addAll(List.of(command.split(" ")));
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).as("openssl " + command).isZero();
  }
}
