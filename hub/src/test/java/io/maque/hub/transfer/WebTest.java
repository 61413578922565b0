package io.maque.hub.transfer;

import static io.maque.hub.transfer.FileHost.file;
import static io.maque.hub.transfer.FileHost.redirect;
import static io.maque.hub.transfer.FileHost.status;
import static io.maque.hub.transfer.FileHost.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.maque.hub.json.MalformedJsonException;
import io.maque.hub.reference.HubException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebTest {
  private static final String TOKEN = "hf_secret";

  private final FileHost hub = new FileHost();
  private final FileHost storage = new FileHost();
  private final Web web = new Web(DownloadTest.IMPATIENT, ProxySelector.of(null));
  private final Credential credential = Credential.bearer(hub.uri("/"), TOKEN);

  @TempDir Path directory;

  @AfterEach
  void stop() {
    hub.close();
    storage.close();
  }

  private void download() {
    new Download(
            web,
            Disk.SYSTEM,
            new Download.Request(
                hub.uri("/f"), credential, "x", "a.gguf", OptionalLong.empty(), Optional.empty()),
            directory.resolve("a.gguf"),
            Progress.NONE)
        .run();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void theTokenStaysWithItsOrigin(int code) {
    hub.on("/f", redirect(code, "/g")).on("/g", redirect(code, storage.uri("/blob").toString()));
    storage.on("/blob", file(new byte[] {1, 2, 3}, "\"t\""));
    download();
    assertThat(hub.seen())
        .hasSize(2)
        .allSatisfy(seen -> assertThat(seen.header("Authorization")).contains("Bearer " + TOKEN));
    assertThat(storage.seen())
        .singleElement()
        .satisfies(seen -> {
          assertThat(seen.headers()).doesNotContainKeys("Authorization", "Cookie");
          assertThat(seen.headers().toString()).doesNotContain(TOKEN);
        });
  }

  @Test
  void aCookieTokenStaysWithItsOriginToo() {
    hub.on("/f", redirect(302, storage.uri("/blob").toString()));
    storage.on("/blob", status(200));
    web.headAtTheEnd(hub.uri("/f"), credential.and("Cookie", "m_session_id=" + TOKEN));
    assertThat(hub.seen().getFirst().header("Cookie")).contains("m_session_id=" + TOKEN);
    assertThat(storage.seen().getFirst().headers()).doesNotContainKey("Cookie");
  }

  @Test
  void headStopsAtTheBorderOfItsOrigin() {
    hub.on("/f", redirect(302, storage.uri("/blob").toString(), "X-Linked-Size", "3"));
    Web.Head head = web.head(hub.uri("/f"), credential);
    assertThat(head.header("X-Linked-Size")).isEqualTo("3");
    assertThat(storage.seen()).isEmpty();
  }

  @Test
  void aCircleOfRedirectsEnds() {
    hub.on("/f", redirect(302, "/f"));
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(this::download)
        .withMessageContaining("more than 8 redirects");
    assertThat(hub.seen()).hasSize(9);
  }

  @ParameterizedTest
  @CsvSource({
    "http://example.org/f, from https to plain http",
    "file:///etc/passwd, to the scheme",
    "ftp://example.org/f, to the scheme",
    "gopher://example.org/f, to the scheme",
    "jar:https://example.org/f!/x, to the scheme",
    "data:text/plain;base64;x, to the scheme",
    "https:///f, to an address without a host",
    "https:f, to an address without a host",
    "https://user@example.org/f, to an address with a user name",
    "https://good.example\\@evil.example/f, to something that is no address",
    "'https://example.org/a b', to something that is no address",
    "https://127.0.0.1/f, to the internal address",
    "https://127.1.2.3/f, to the internal address",
    "https://2130706433/f, to the internal address",
    "https://127.1/f, to an address without a host",
    "https://[64:ff9b::7f00:1]/f, to the internal address",
    "https://[2002:7f00:1::]/f, to the internal address",
    "https://localhost/f, to the internal address",
    "https://0.0.0.0/f, to the internal address",
    "https://10.0.0.1/f, to the internal address",
    "https://172.16.0.1/f, to the internal address",
    "https://192.168.1.1/f, to the internal address",
    "https://169.254.169.254/latest, to the internal address",
    "https://100.64.0.1/f, to the internal address",
    "https://224.0.0.1/f, to the internal address",
    "https://[::1]/f, to the internal address",
    "https://[::]/f, to the internal address",
    "https://[fc00::1]/f, to the internal address",
    "https://[fe80::1]/f, to the internal address",
    "https://[::ffff:127.0.0.1]/f, to the internal address",
  })
  void aForbiddenRedirectIsRefused(String location, String expected) {
    URI start = URI.create("https://192.0.2.1/f");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> Redirects.target(start, start, location))
        .withMessageContaining(expected);
  }

  @Test
  void aLineBreakInARedirectIsRefused() {
    URI start = URI.create("https://192.0.2.1/f");
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> Redirects.target(start, start, "https://192.0.2.2/f\r\nX: y"))
        .withMessageContaining("no address");
  }

  @Test
  void aMirrorInsideTheNetworkMayRedirectInside() {
    URI start = URI.create("https://10.0.0.1/f");
    assertThat(Redirects.target(start, start, "https://10.0.0.2/g"))
        .isEqualTo(URI.create("https://10.0.0.2/g"));
    assertThat(Redirects.target(start, start, "h?x=1"))
        .isEqualTo(URI.create("https://10.0.0.1/h?x=1"));
  }

  @Test
  void aTokenWithALineBreakIsRefusedWithoutShowingIt() {
    assertThatExceptionOfType(PullException.class)
        .isThrownBy(() -> Credential.bearer(hub.uri("/"), "secret\r\nX: y"))
        .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("secret"));
    assertThat(credential.toString()).doesNotContain(TOKEN);
  }

  @Test
  void readsJson() {
    hub.on("/j", text("{\"a\":[1,2]}"));
    assertThat(
            web.json(hub.uri("/j"), Credential.NONE, "application/json", "it").at("a").elements())
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "{", "{\"a\":1,\"a\":2}", "{} {}", "{\"a\":NaN}", "\u0000"})
  void whatIsNoJsonIsRefused(String body) {
    hub.on("/j", text(body));
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> web.json(hub.uri("/j"), Credential.NONE, "application/json", "it"))
        .withMessageStartingWith("it from http://127.0.0.1");
  }

  @Test
  void deepAndEndlessJsonIsRefused() {
    hub.on("/deep", text("[".repeat(100_000)));
    hub.on("/long", FileHost.chunked(new byte[9 << 20]));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> web.json(hub.uri("/deep"), Credential.NONE, "application/json", "it"));
    assertThatExceptionOfType(HubException.class)
        .isThrownBy(() -> web.json(hub.uri("/long"), Credential.NONE, "application/json", "it"))
        .withMessageContaining("more than 8388608 bytes");
  }

  @Test
  void silenceIsASentence() {
    hub.on("/j", hub.silent());
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> web.json(hub.uri("/j"), Credential.NONE, "application/json", "it"))
        .withMessageContaining("no answer in time");
  }
}
