package io.maque.hub.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentProxiesTest {
  private static final URI FILE = URI.create("https://files.example.org/f");

  private static Proxy proxy(URI uri, Map<String, String> environment) {
    return new EnvironmentProxies(environment).select(uri).getFirst();
  }

  @Test
  void readsTheVariablesOfUnixTools() {
    Proxy expected =
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy.example", 3128));
    assertThat(proxy(FILE, Map.of("https_proxy", "http://proxy.example:3128"))).isEqualTo(expected);
    assertThat(proxy(FILE, Map.of("HTTPS_PROXY", "proxy.example:3128/"))).isEqualTo(expected);
    assertThat(proxy(FILE, Map.of("all_proxy", "http://proxy.example:3128"))).isEqualTo(expected);
    assertThat(proxy(FILE, Map.of("http_proxy", "http://proxy.example:3128")))
        .isEqualTo(Proxy.NO_PROXY);
    assertThat(proxy(FILE, Map.of())).isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void exemptsWhatNoProxyNames() {
    for (String exempt :
        new String[] {"*", "example.org", ".example.org", "x, files.example.org"}) {
      assertThat(proxy(FILE, Map.of("https_proxy", "p:1", "no_proxy", exempt)))
          .as(exempt)
          .isEqualTo(Proxy.NO_PROXY);
    }
    for (String other : new String[] {"", "ple.org", "other.org", ","}) {
      assertThat(proxy(FILE, Map.of("https_proxy", "p:1", "no_proxy", other)).type())
          .as(other)
          .isEqualTo(Proxy.Type.HTTP);
    }
  }

  @Test
  void aBrokenVariableIsASentenceWithoutItsText() {
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> proxy(FILE, Map.of("https_proxy", "http://user:secret@")))
        .withMessageContaining("https_proxy")
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("secret"));
  }
}
