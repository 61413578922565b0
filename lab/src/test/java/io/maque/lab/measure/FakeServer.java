package io.maque.lab.measure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers what a test says, when it says so. */
final class FakeServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> bodies = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();
  private final AtomicInteger disconnects = new AtomicInteger();

  /** Answers one request. */
  @FunctionalInterface
  interface Answer {
    void to(Reply reply) throws IOException, InterruptedException;
  }

  FakeServer(Answer answer) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/v1/", exchange -> handle(exchange, answer));
    server.start();
  }

  private void handle(HttpExchange exchange, Answer answer) {
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    try (exchange) {
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      answer.to(new Reply(exchange));
    } catch (IOException e) {
      disconnects.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.decrementAndGet();
    }
  }

  /** Bodies of all requests in the order of their arrival. */
  List<String> bodies() {
    return List.copyOf(bodies);
  }

  /** Most requests that were being answered at a time. */
  int mostRunning() {
    return mostRunning.get();
  }

  /** Requests being answered. */
  int running() {
    return running.get();
  }

  /** Clients that left. */
  int disconnects() {
    return disconnects.get();
  }

  Endpoint endpoint(Endpoint.Api api) {
    return endpoint(api, Duration.ofSeconds(30));
  }

  Endpoint endpoint(Endpoint.Api api, Duration timeout) {
    return new Endpoint(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        api,
        "fake",
        Optional.empty(),
        timeout,
        com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** What a test sends. */
  record Reply(HttpExchange exchange) {

    String path() {
      return exchange.getRequestURI().getPath();
    }

    void status(int code, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }

    void begin() throws IOException {
      begin("text/event-stream");
    }

    void begin(String type) throws IOException {
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(200, 0);
    }

    void raw(String text) throws IOException {
      OutputStream body = exchange.getResponseBody();
      body.write(text.getBytes(StandardCharsets.UTF_8));
      body.flush();
    }

    void event(String data) throws IOException {
      raw("data: " + data + "\n\n");
    }

    /** The role, one chunk for each piece, a finish reason; without usage and end. */
    void chat(String... pieces) throws IOException {
      begin();
      event(Chunks.role());
      for (String piece : pieces) {
        event(Chunks.content(piece));
      }
      event(Chunks.finish());
    }

    void done() throws IOException {
      event("[DONE]");
    }
  }
}
