package io.maque.server.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.server.http.HttpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is fetched for a request, from whom, and what is not. */
@Timeout(60)
class RemotePicturesTest {
  private static final String FIELD = "image_url.url";

  private final ServerSocket listener = listener();
  private String asked = "";

  private static ServerSocket listener() {
    try {
      return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  /** Leads every host to a local server that answers once. */
  private RemotePictures answering(byte[] answer) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = listener.accept()) {
            asked = head(socket.getInputStream());
            socket.getOutputStream().write(answer);
          } catch (IOException e) {
            // The client has seen enough.
          }
        });
    return new RemotePictures(List.of("Pictures.example"), this::connect);
  }

  private Socket connect(String host, boolean encrypted, Duration limit) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort());
    socket.setSoTimeout((int) limit.toMillis());
    return socket;
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!read.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      read.write(in.read());
    }
    return read.toString(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aPictureIsFetchedFromAHostThatIsAllowed() {
    RemotePictures pictures = answering(bytes("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nGIF89a"));

    assertThat(pictures.fetch(FIELD, "https://pictures.example/a%20b.gif?size=1"))
        .isEqualTo(bytes("GIF89a"));
    assertThat(asked)
        .startsWith("GET /a%20b.gif?size=1 HTTP/1.0\r\nHost: pictures.example\r\n")
        .doesNotContain("Maque", "Java");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\n\r\nsecret",
        "HTTP/1.1 200 OK\r\nX: y",
        "SSH-2.0-OpenSSH_9.6\r\n\r\n",
        ""
      })
  void whatIsNoPictureIsRefusedWithoutSayingWhatItWas(String answer) {
    RemotePictures pictures = answering(bytes(answer));

    assertThatThrownBy(() -> pictures.fetch(FIELD, "http://pictures.example/"))
        .isInstanceOf(HttpException.class)
        .hasMessage("image_url.url: there is no picture to be had from pictures.example");
  }

  @Test
  void whatIsTooLargeIsNotFetchedToItsEnd() {
    RemotePictures pictures =
        answering(bytes("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat((32 << 20) + 1)));

    assertThatThrownBy(() -> pictures.fetch(FIELD, "http://pictures.example/"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("larger than 32 MiB");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://pictures.example:22/",
        "http://user:secret@pictures.example/",
        "http:///a",
        "http://",
        "https://pictures.example/a b",
        "http://[::1/"
      })
  void oddAddressesAreRefused(String url) {
    RemotePictures pictures = RemotePictures.from(List.of("*"));

    assertThatThrownBy(() -> pictures.fetch(FIELD, url))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("expected https://HOST/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/"
      })
  void noAddressThatIsNotPublicIsEverAsked(String url) {
    RemotePictures pictures = RemotePictures.from(List.of("*"));

    assertThatThrownBy(() -> pictures.fetch(FIELD, url)).isInstanceOf(HttpException.class);
  }

  @Test
  void otherHostsAreRefusedWithTheSettingThatAllowsThem() {
    RemotePictures pictures = RemotePictures.from(List.of("pictures.example"));

    assertThatThrownBy(() -> pictures.fetch(FIELD, "https://pictures.example.evil.org/a.png"))
        .isInstanceOf(HttpException.class)
        .hasMessageContaining("fetches no pictures from pictures.example.evil.org")
        .hasMessageContaining("image-host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.2",
        "169.254.1.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "::ffff:10.0.0.1"
      })
  void addressesThatAreNotPublic(String address) throws Exception {
    assertThat(PublicConnector.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.1.1", "100.128.0.1", "172.32.0.1", "192.1.0.1", "2606:4700::1111", "2a00::1"})
  void addressesThatArePublic(String address) throws Exception {
    assertThat(PublicConnector.isPublic(InetAddress.getByName(address))).isTrue();
  }
}
