package io.maque.lab.measure;

import io.maque.metrics.Stopwatch;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request and the clock that watches its answer arrive. */
final class StreamedRequest {
  private static final int MAX_ERROR_BYTES = 4096;

  /** A client cannot tell such a connection from a good one until it has used it. */
  private static final String CLOSED_UNANNOUNCED =
      "a connection kept open was closed without Connection: close";

  private final Endpoint endpoint;
  private final HttpClient client;
  private final Stopwatch clock;
  private final double arrivalMillis;
  private final Abort abort;

  private volatile boolean timedOut;
  private boolean resent;
  private int events;
  private double lastMillis = Double.NaN;
  private double ttftMillis = Double.NaN;
  private final List<Double> gapsMillis = new ArrayList<>();

  /**
   * A request to be sent.
   *
   * @param clock of the whole run
   * @param arrivalMillis on that clock: when the user asked
   */
  StreamedRequest(
      Endpoint endpoint, HttpClient client, Stopwatch clock, double arrivalMillis, Abort abort) {
    this.endpoint = endpoint;
    this.client = client;
    this.clock = clock;
    this.arrivalMillis = arrivalMillis;
    this.abort = abort;
  }

  /** Sends and reads to the end, on this thread. */
  StreamResult run(HttpRequest request) throws InterruptedException {
    CompletableFuture<HttpResponse<InputStream>> sent =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    try {
      HttpResponse<InputStream> response =
          abort instanceof Abort.BeforeAnswer(int millis)
              ? sent.get(millis, TimeUnit.MILLISECONDS)
              : sent.get();
      try (InputStream body = response.body()) {
        return abort instanceof Abort.BeforeAnswer ? StreamResult.aborted() : read(response, body);
      }
    } catch (TimeoutException e) {
      sent.cancel(true);
      return StreamResult.aborted();
    } catch (ExecutionException e) {
      if (!resent && closedBeforeAnswer(e.getCause())) {
        resent = true;
        return run(request);
      }
      return StreamResult.failed(failure(e.getCause()));
    } catch (StreamFailedException e) {
      return StreamResult.failed(e.failure());
    } catch (IOException e) {
      return StreamResult.failed(failure(e));
    }
  }

  /** Whether the server may not have seen the request, so that a client sends it once more. */
  private static boolean closedBeforeAnswer(Throwable cause) {
    return cause instanceof IOException
        && !(cause instanceof ConnectException)
        && !(cause instanceof HttpTimeoutException);
  }

  private StreamResult read(HttpResponse<InputStream> response, InputStream body)
      throws IOException {
    if (response.statusCode() != 200) {
      String text = new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
      throw new StreamFailedException(
          "http " + response.statusCode(), EventReader.shortened(text.strip()));
    }
    String type = response.headers().firstValue("Content-Type").orElse("none");
    if (!type.startsWith("text/event-stream")) {
      throw new StreamFailedException(
          Failure.PROTOCOL, "expected Content-Type text/event-stream, found " + type);
    }
    Runnable cancelTimeout = closeWhenLate(body);
    try {
      return readEvents(new EventReader(body));
    } finally {
      cancelTimeout.run();
    }
  }

  /** The timeout of the HTTP client ends with the response's head; this one watches the body. */
  private Runnable closeWhenLate(InputStream body) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    long left = endpoint.timeout().toMillis() - Math.round(clock.elapsedMillis() - arrivalMillis);
    done.completeOnTimeout(null, Math.max(1, left), TimeUnit.MILLISECONDS)
        .thenRun(() -> {
          timedOut = true;
          close(body);
        });
    return () -> done.cancel(false);
  }

  private void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // Closing is how the reader learns of the timeout; it fails in its own way then.
      assert timedOut;
    }
  }

  private StreamResult readEvents(EventReader reader) throws IOException {
    ChunkReader chunks = new ChunkReader(endpoint.api());
    while (true) {
      String data =
          reader
              .next()
              .orElseThrow(() ->
                  new StreamFailedException(
                      Failure.DISCONNECTED,
                      "the stream ended without [DONE] after %d events".formatted(events)));
      if (data.equals("[DONE]")) {
        break;
      }
      if (chunks.accept(data)) {
        note(clock.elapsedMillis());
      }
      events++;
      if (abort instanceof Abort.AfterEvents(int count) && events >= count) {
        return StreamResult.aborted();
      }
    }
    double end = clock.elapsedMillis();
    chunks.end();
    if (reader.next().isPresent()) {
      throw new StreamFailedException(Failure.PROTOCOL, "an event follows [DONE]");
    }
    return completed(chunks, end);
  }

  private void note(double now) {
    if (Double.isNaN(lastMillis)) {
      ttftMillis = now - arrivalMillis;
    } else {
      gapsMillis.add(now - lastMillis);
    }
    lastMillis = now;
  }

  private StreamResult completed(ChunkReader chunks, double end) {
    if (Double.isNaN(lastMillis)) {
      throw new StreamFailedException(Failure.EMPTY, "the answer has no text");
    }
    return new StreamResult(
        StreamResult.Outcome.COMPLETED,
        Optional.empty(),
        ttftMillis,
        gapsMillis,
        end - arrivalMillis,
        chunks.promptTokens(),
        chunks.cachedTokens(),
        chunks.completionTokens(),
        violations(chunks));
  }

  private Set<String> violations(ChunkReader chunks) {
    Set<String> violations = new HashSet<>(chunks.violations());
    if (resent) {
      violations.add(CLOSED_UNANNOUNCED);
    }
    return violations;
  }

  private Failure failure(Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (timedOut || cause instanceof HttpTimeoutException) {
      return new Failure(
          Failure.TIMEOUT, "no whole answer after %d s".formatted(endpoint.timeout().toSeconds()));
    }
    return cause instanceof ConnectException
        ? new Failure(Failure.CONNECT, "cannot connect to %s".formatted(endpoint.base()))
        : new Failure(Failure.DISCONNECTED, message);
  }
}
