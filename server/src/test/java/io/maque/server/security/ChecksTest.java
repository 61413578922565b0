package io.maque.server.security;

import static io.maque.server.security.OriginCheck.Verdict.ALLOWED;
import static io.maque.server.security.OriginCheck.Verdict.FOREIGN;
import static io.maque.server.security.OriginCheck.Verdict.OWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksTest {
  private final HostCheck hosts =
      new HostCheck(
          List.of("maque.lan"),
          () -> List.of(InetAddress.ofLiteral("192.168.1.5"), InetAddress.ofLiteral("fd00::5")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8080",
        "app.localhost:1",
        "localhost.",
        "127.0.0.1",
        "127.9.9.9:80",
        "[::1]:8080",
        "[0:0:0:0:0:0:0:1]",
        "maque.lan",
        "Maque.LAN:443",
        "192.168.1.5:8080",
        "[fd00::5]",
        "[FD00:0::5]:8080"
      })
  void namesAndAddressesOfThisMachineAreAccepted(String host) {
    assertThat(hosts.accepts(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "maque.lan.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.6",
        "8.8.8.8:80",
        "999.1.1.1",
        "[::2]",
        "::1",
        "localhost:",
        "localhost:999999",
        "localhost:8080:1",
        "user@localhost",
        "localhost/x",
        "[localhost]",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::ffff:8.8.8.8]",
        "local host",
        ".",
        "."
      })
  void otherNamesAreRefused(String host) {
    assertThat(hosts.accepts(host)).isFalse();
  }

  private final OriginCheck origins = new OriginCheck(List.of("https://app.example.org"));

  @Test
  void ownPagesAndProgramsMayCall() {
    assertThat(judge("http://localhost:8080", "")).isEqualTo(OWN);
    assertThat(judge("", "same-origin")).isEqualTo(OWN);
    assertThat(judge("", "none")).isEqualTo(OWN);
    assertThat(judge("", "")).isEqualTo(OWN);
  }

  @Test
  void listedSitesMayCallAndReadTheAnswer() {
    assertThat(judge("https://app.example.org", "cross-site")).isEqualTo(ALLOWED);
    assertThat(judge("HTTPS://APP.example.org", "cross-site")).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null", "http://app.example.org", "https://app.example.org:444", "https://localhost:8080",
        "http://localhost:8081", "http://localhost", "https://app.example.org.evil.example", "x"
      })
  void otherSitesMayNot(String origin) {
    assertThat(judge(origin, "")).isEqualTo(FOREIGN);
  }

  @Test
  void aRequestThatABrowserCallsForeignIsForeignWithoutAnOrigin() {
    assertThat(judge("", "cross-site")).isEqualTo(FOREIGN);
    assertThat(
            origins.judge(
                Optional.empty(), Optional.of("cross-site"), true, "http://localhost:8080"))
        .as("a link that a person follows")
        .isEqualTo(OWN);
  }

  private OriginCheck.Verdict judge(String origin, String fetchSite) {
    return origins.judge(
        Optional.of(origin).filter(text -> !text.isEmpty()),
        Optional.of(fetchSite).filter(text -> !text.isEmpty()),
        false,
        "http://localhost:8080");
  }
}
