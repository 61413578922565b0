package io.maque.hub.transfer;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on this machine that answers as told and remembers what it was asked. */
public final class FileHost implements AutoCloseable {
  /** One request as it arrived. */
  public record Seen(String method, String target, Map<String, List<String>> headers) {
    /** The first value of a header, or empty. */
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }
  }

  /** How one request is answered. */
  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  public FileHost() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
    server.setExecutor(threads);
    server.createContext("/", this::dispatch);
    server.start();
  }

  private void dispatch(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestURI().toString();
      seen.add(
          new Seen(exchange.getRequestMethod(), target, Map.copyOf(exchange.getRequestHeaders())));
      Answer answer;
      synchronized (this) {
        Deque<Answer> queue = answers.getOrDefault(target, new ArrayDeque<>());
        answer = queue.size() > 1 ? queue.removeFirst() : queue.peekFirst();
      }
      (answer == null ? status(404) : answer).to(exchange);
    }
  }

  /** Answers requests for {@code target} with these, one after the other, the last for ever. */
  public FileHost on(String target, Answer... sequence) {
    answers.put(target, new ArrayDeque<>(Arrays.asList(sequence)));
    return this;
  }

  /** The address of {@code target} on this server. */
  public URI uri(String target) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + target);
  }

  /** All requests so far. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  /** The GET requests so far. */
  public List<Seen> gets() {
    return seen.stream().filter(request -> request.method().equals("GET")).toList();
  }

  /** A status without a body. */
  public static Answer status(int code, String... headers) {
    return exchange -> {
      add(exchange, headers);
      exchange.sendResponseHeaders(code, -1);
    };
  }

  /** A redirect. */
  public static Answer redirect(int code, String location, String... headers) {
    return exchange -> {
      exchange.getResponseHeaders().set("Location", location);
      add(exchange, headers);
      exchange.sendResponseHeaders(code, -1);
    };
  }

  /** A text of known length. */
  public static Answer text(String text, String... headers) {
    return whole(text.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** The whole file, whatever range is asked for. */
  public static Answer whole(byte[] content, String... headers) {
    return exchange -> {
      add(exchange, headers);
      send(exchange, 200, content, 0, content.length);
    };
  }

  /** The file as a good server gives it: with ranges and an entity tag that guards them. */
  public static Answer file(byte[] content, String etag) {
    return exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range");
      String guard = exchange.getRequestHeaders().getFirst("If-Range");
      exchange.getResponseHeaders().set("ETag", etag);
      if (range == null || guard != null && !guard.equals(etag)) {
        send(exchange, 200, content, 0, content.length);
      } else {
        partial(content, Integer.parseInt(range.replaceAll("[^0-9]", ""))).to(exchange);
      }
    };
  }

  /** A 206 answer with the rest of {@code content} from {@code offset}. */
  public static Answer partial(byte[] content, int offset, String... headers) {
    return exchange -> {
      add(exchange, headers);
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(offset, content.length - 1, content.length));
      send(exchange, 206, content, offset, content.length - offset);
    };
  }

  /** Announces the whole file and hangs up after {@code bytes} of it. */
  public static Answer truncated(byte[] content, int bytes, String... headers) {
    return exchange -> {
      add(exchange, headers);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
    };
  }

  /** Announces no length and sends everything. */
  public static Answer chunked(byte[] content, String... headers) {
    return exchange -> {
      add(exchange, headers);
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(content);
    };
  }

  /** Sends {@code bytes} of the file and then nothing until this server is closed. */
  public Answer stalled(byte[] content, int bytes, String... headers) {
    return exchange -> {
      add(exchange, headers);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
      awaitClose();
    };
  }

  /** Does not even begin to answer. */
  public Answer silent() {
    return _ -> awaitClose();
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
    }
  }

  private static void add(HttpExchange exchange, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] content, int from, int length)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(length));
    }
    exchange.sendResponseHeaders(status, head ? -1 : length);
    if (!head) {
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(content, from, length);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
