package io.maque.server.picture;

import io.maque.metrics.Deadline;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Pictures that are named by an address of the web. Whoever can make a server fetch addresses can
 * look into the network that it stands in (server-side request forgery). So nothing is fetched but
 * from hosts that the operator named, from their usual ports, and never from an address that is not
 * public, see {@link PublicConnector}. Redirections are not followed, nothing about this server is
 * told, size and time are bounded, and errors say nothing of what was found instead of a picture.
 */
public final class RemotePictures {
  /** Any host with a public address. */
  public static final String ANY_HOST = "*";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 32 << 20;
  private static final int MAX_HEAD_BYTES = 16 << 10;
  private static final String HEAD_END = "\r\n\r\n";

  private final List<String> hosts;
  private final Connector connector;

  /** Opens connections. */
  interface Connector {
    /**
     * A connection to a host, encrypted or not, whose reads do not block longer than {@code limit}.
     */
    Socket connect(String host, boolean encrypted, Duration limit) throws IOException;
  }

  RemotePictures(List<String> hosts, Connector connector) {
    this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    this.connector = connector;
  }

  /**
   * Fetches from these hosts.
   *
   * @param hosts names, or {@link #ANY_HOST}; none fetches nothing
   */
  public static RemotePictures from(List<String> hosts) {
    return new RemotePictures(hosts, new PublicConnector());
  }

  /**
   * The bytes at an address.
   *
   * @param field path of the field, for errors
   * @throws HttpException 400 when it is not allowed, or there is nothing that can be had
   */
  byte[] fetch(String field, String url) {
    URI uri = uri(field, url);
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (!hosts.contains(ANY_HOST) && !hosts.contains(host)) {
      throw JsonFields.invalid(
          field,
          "this server fetches no pictures from %s; send it as data:image/…;base64,…, or let the operator allow the host with the setting image-host"
              .formatted(host));
    }
    Deadline deadline = Deadline.after(LIMIT);
    try (Socket socket =
        connector.connect(host, uri.getScheme().equalsIgnoreCase("https"), LIMIT)) {
      socket.getOutputStream().write(request(uri));
      return body(field, host, read(field, host, socket.getInputStream(), deadline));
    } catch (IOException e) {
      throw failed(field, host);
    }
  }

  private static URI uri(String field, String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null && uri.getRawUserInfo() == null && uri.getPort() == -1) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // The same to the client as an address without a host.
    }
    throw JsonFields.invalid(
        field, "expected https://HOST/… without a port and a user, or data:image/…;base64,…");
  }

  /** HTTP/1.0 is answered in one piece. */
  private static byte[] request(URI uri) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "GET %s%s HTTP/1.0\r\nHost: %s\r\nAccept: image/*\r\nConnection: close\r\n\r\n"
        .formatted(path, query, uri.getHost())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] read(String field, String host, InputStream in, Deadline deadline)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 << 16];
    for (int count; (count = in.read(buffer)) >= 0; ) {
      all.write(buffer, 0, count);
      if (all.size() > MAX_BYTES || deadline.passed()) {
        throw JsonFields.invalid(
            field,
            "the picture at %s is larger than %d MiB or takes longer than %d s to fetch"
                .formatted(host, MAX_BYTES >> 20, LIMIT.toSeconds()));
      }
    }
    return all.toByteArray();
  }

  private static byte[] body(String field, String host, byte[] answer) {
    String head =
        new String(answer, 0, Math.min(answer.length, MAX_HEAD_BYTES), StandardCharsets.ISO_8859_1);
    int end = head.indexOf(HEAD_END);
    if (end < 0 || !head.matches("(?s)HTTP/1\\.[01] 200[ \r].*")) {
      throw failed(field, host);
    }
    return Arrays.copyOfRange(answer, end + HEAD_END.length(), answer.length);
  }

  private static HttpException failed(String field, String host) {
    return JsonFields.invalid(field, "there is no picture to be had from %s".formatted(host));
  }
}
