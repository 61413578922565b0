package io.maque.bench.http;

import io.maque.generate.GenerationRequest;
import io.maque.generate.LanguageModel;
import io.maque.metrics.Stopwatch;
import io.maque.sampling.SamplingOptions;
import io.maque.server.MaqueServer;
import io.maque.server.router.FixedModels;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * The same streamed request to the engine in this process and over HTTP, one after the other: the
 * time to the first piece and to the last. The prompt is in the KV cache each time, so that the
 * engine's own share is small.
 */
public final class HttpOverhead {
  private static final String QUESTION = "Tell me a long story about a sparrow.";
  private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FIRST = "\"content\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST = "[DONE]".getBytes(StandardCharsets.US_ASCII);

  private final LanguageModel model;
  private final int tokens;

  /** Milliseconds from the request to the first piece and to the end. */
  private record Times(double first, double last) {}

  private HttpOverhead(LanguageModel model, int tokens) {
    this.model = model;
    this.tokens = tokens;
  }

  /**
   * Prints medians.
   *
   * @param tokens of each answer
   * @param rounds how often both are asked
   */
  public static void print(LanguageModel model, int tokens, int rounds, PrintStream out)
      throws IOException {
    HttpOverhead overhead = new HttpOverhead(model, tokens);
    Times[] direct = new Times[rounds];
    Times[] http = new Times[rounds];
    try (MaqueServer server =
            MaqueServer.start(new FixedModels(Map.of("m", model)), "127.0.0.1", 0);
        Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setTcpNoDelay(true);
      for (int i = 0; i < 2 * rounds; i++) {
        direct[i % rounds] = overhead.direct();
        http[i % rounds] = overhead.http(socket);
      }
    }
    out.printf("%d tokens, medians of %d%n", tokens, rounds);
    print(out, "first piece", median(direct, true), median(http, true));
    print(out, "whole answer", median(direct, false), median(http, false));
  }

  private static void print(PrintStream out, String what, double direct, double http) {
    out.printf(
        "%-12s  engine %8.3f ms   http %8.3f ms   more %+.3f ms (%+.2f %%)%n",
        what, direct, http, http - direct, (http / direct - 1) * 100);
  }

  private static double median(Times[] times, boolean first) {
    double[] sorted =
        Arrays.stream(times).mapToDouble(each -> first ? each.first() : each.last()).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private Times direct() {
    double[] first = {-1};
    Stopwatch watch = Stopwatch.start();
    GenerationRequest request =
        GenerationRequest.chat(QUESTION).withSampling(SamplingOptions.GREEDY).withMaxTokens(tokens);
    model.generate(
        request,
        piece -> {
          if (first[0] < 0 && !piece.text().isEmpty()) {
            first[0] = watch.elapsedMillis();
          }
        });
    return new Times(first[0], watch.elapsedMillis());
  }

  private Times http(Socket socket) throws IOException {
    String body =
        """
        {"model":"m","messages":[{"role":"user","content":"%s"}],"temperature":0,"top_k":0,\
        "top_p":1,"max_tokens":%d,"stream":true}\
        """
            .formatted(QUESTION, tokens);
    String request =
        "POST /v1/chat/completions HTTP/1.1\r\n"
            + "Host: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    Stopwatch watch = Stopwatch.start();
    OutputStream out = socket.getOutputStream();
    out.write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    // The first content is empty and comes with the role, together with the first piece.
    byte[] buffer = new byte[1 << 16];
    double first = -1;
    int tail = 0;
    while (true) {
      int read = in.read(buffer, tail, buffer.length - tail);
      if (read < 0) {
        throw new IOException("the server closed the connection");
      }
      int length = tail + read;
      if (tail == 0 && !contains(buffer, length, OK)) {
        throw new IOException(new String(buffer, 0, length, StandardCharsets.UTF_8));
      }
      if (first < 0 && contains(buffer, length, FIRST)) {
        first = watch.elapsedMillis();
      }
      if (contains(buffer, length, LAST) && endsChunks(buffer, length)) {
        return new Times(first, watch.elapsedMillis());
      }
      tail = Math.min(length, 64);
      System.arraycopy(buffer, length - tail, buffer, 0, tail);
    }
  }

  private static boolean contains(byte[] buffer, int length, byte[] wanted) {
    for (int i = 0; i + wanted.length <= length; i++) {
      if (Arrays.equals(buffer, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsChunks(byte[] buffer, int length) {
    return length >= 5
        && new String(buffer, length - 5, 5, StandardCharsets.US_ASCII).equals("0\r\n\r\n");
  }
}
