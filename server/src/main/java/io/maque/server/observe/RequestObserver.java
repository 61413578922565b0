package io.maque.server.observe;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.maque.metrics.Stopwatch;
import io.maque.server.http.RequestId;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names each request, and writes down how it went. The outermost filter. */
public final class RequestObserver implements Filter {
  private static final HeaderName REQUEST_ID = HeaderNames.create(RequestId.HEADER);

  /** What a log has for an answer that its client did not wait for; as nginx does. */
  private static final int CLIENT_GONE = 499;

  private static final int MAX_BODY_LOGGED = 1 << 16;

  private final ServerMeters meters;
  private final AccessLog log;
  private final boolean logPrompts;
  private final InstantSource clock;

  public RequestObserver(
      ServerMeters meters, AccessLog log, boolean logPrompts, InstantSource clock) {
    this.meters = meters;
    this.log = log;
    this.logPrompts = logPrompts;
    this.clock = clock;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Stopwatch stopwatch = Stopwatch.start();
    // Asked now: the socket of a client that went away does not know its peer any more.
    String peer = request.remotePeer().host();
    String id = RequestId.of(request.headers().first(REQUEST_ID));
    response.header(REQUEST_ID, id);
    RequestReport report = new RequestReport();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (logPrompts) {
      request.streamFilter(in -> new Copy(in, body));
    }
    meters.requestBegan();
    boolean complete = false;
    try {
      ScopedValue.where(RequestId.CURRENT, id)
          .where(RequestReport.CURRENT, report)
          .run(chain::proceed);
      complete = true;
    } finally {
      int status = complete ? response.status().code() : CLIENT_GONE;
      double millis = stopwatch.elapsedMillis();
      meters.requestEnded(request.matchingPattern().orElse("other"), status, millis);
      write(peer, request, response, id, status, millis, report.facts(), body);
    }
  }

  private void write(
      String peer,
      RoutingRequest request,
      RoutingResponse response,
      String id,
      int status,
      double millis,
      RequestReport.Facts facts,
      ByteArrayOutputStream body) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", clock.instant().toString());
    line.put("id", id);
    line.put("peer", peer);
    line.put("method", request.prologue().method().text());
    line.put("path", request.path().path());
    line.put("status", status);
    line.put("bytes", Math.max(0, response.bytesWritten()));
    line.put("duration_ms", rounded(millis));
    if (!facts.key().isEmpty()) {
      line.put("key", facts.key());
    }
    if (!facts.model().isEmpty()) {
      line.put("model", facts.model());
    }
    if (facts.loadMillis() > 0) {
      line.put("load_ms", rounded(facts.loadMillis()));
    }
    if (facts.promptTokens() > 0) {
      line.put("prompt_tokens", facts.promptTokens());
    }
    if (facts.answers() > 0) {
      line.put("cached_tokens", facts.cachedTokens());
      line.put("completion_tokens", facts.completionTokens());
      line.put("queue_ms", rounded(facts.queueMillis()));
      line.put("ttft_ms", rounded(facts.ttftMillis()));
    }
    if (logPrompts && body.size() > 0) {
      line.put("body", body.toString(StandardCharsets.UTF_8));
    }
    log.write(line);
  }

  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }

  /** Keeps the begin of what is read. */
  private static final class Copy extends FilterInputStream {
    private final ByteArrayOutputStream kept;

    Copy(InputStream in, ByteArrayOutputStream kept) {
      super(in);
      this.kept = kept;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0 && kept.size() < MAX_BODY_LOGGED) {
        kept.write(value);
      }
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = super.read(bytes, offset, length);
      if (count > 0) {
        kept.write(bytes, offset, Math.min(count, MAX_BODY_LOGGED - kept.size()));
      }
      return count;
    }
  }
}
