package io.maque.server.connection;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.maque.metrics.Stopwatch;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What a client sends, as the web server reads it: blocks until there is something, null at the
 * end. The thread of the connection calls it, one read at a time.
 */
final class Inbound implements Supplier<byte[]> {
  /** HTTP/2 begins with {@code PRI * HTTP/2.0}; no method of HTTP/1.1 begins so. */
  private static final byte[] HTTP_2 = "PRI".getBytes(StandardCharsets.US_ASCII);

  private final HelidonSocket socket;
  private final Runnable onEnd;
  private final ResetFrames resets;
  private byte[] first;
  private FutureTask<byte[]> ahead;
  private boolean ended;
  private volatile boolean multiplexed;
  private volatile Stopwatch request;

  /** Since when the connection's thread waits for the client; null while it does not. */
  private volatile Stopwatch waiting;

  /** What a client speaks. */
  enum Protocol {
    NOTHING,
    HTTP_1,
    HTTP_2
  }

  /**
   * @param onEnd the client sends no more
   * @param onReset the client gave up a stream of HTTP/2
   */
  Inbound(ConnectionContext context, Runnable onEnd, IntConsumer onReset) {
    this.socket = context.serverSocket();
    this.onEnd = onEnd;
    this.resets = new ResetFrames(onReset);
  }

  /** Reads as much as it takes to know what the client speaks; it will be read again. */
  Protocol identify() {
    byte[] begin = waitForBytes();
    while (begin != null && begin.length < HTTP_2.length) {
      byte[] more = waitForBytes();
      if (more == null) {
        break;
      }
      begin = concat(begin, more);
    }
    if (begin == null) {
      return Protocol.NOTHING;
    }
    boolean http2 = Arrays.mismatch(begin, HTTP_2) == HTTP_2.length;
    first = http2 ? begin : OldHttp.asHttp11(begin, this::waitForBytes);
    return http2 ? Protocol.HTTP_2 : Protocol.HTTP_1;
  }

  @Override
  public byte[] get() {
    byte[] bytes = first;
    first = null;
    if (bytes == null && !ended) {
      bytes = waitForBytes();
    }
    if (bytes != null && multiplexed) {
      resets.accept(bytes);
    }
    return bytes;
  }

  private byte[] waitForBytes() {
    FutureTask<byte[]> pending = ahead;
    ahead = null;
    waiting = Stopwatch.start();
    byte[] bytes = pending == null ? read() : await(pending);
    waiting = null;
    if (bytes != null && request == null) {
      request = Stopwatch.start();
    }
    return bytes;
  }

  private byte[] read() {
    boolean done = false;
    try {
      byte[] bytes = socket.get();
      done = bytes != null;
      return bytes;
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("cannot read from the client", e);
    } finally {
      if (!done) {
        onEnd.run();
      }
    }
  }

  private byte[] await(FutureTask<byte[]> pending) {
    try {
      return pending.get();
    } catch (ExecutionException e) {
      throw new ServerConnectionException("cannot read from the client", e.getCause());
    } catch (InterruptedException e) {
      // The server ends. The reading thread ends with the socket.
      Thread.currentThread().interrupt();
      socket.close();
      throw new ServerConnectionException("interrupted while waiting for the client", e);
    }
  }

  /** Begins to read what comes after a request while its answer is made; at most one buffer. */
  void readAhead() {
    if (!multiplexed && ahead == null) {
      ahead = new FutureTask<>(this::read);
      Thread.ofVirtual().name("maque-read-ahead").start(ahead);
    }
  }

  boolean isMultiplexed() {
    return multiplexed;
  }

  /** From now on frames of HTTP/2 come, of many requests at a time. */
  void multiplexed() {
    multiplexed = true;
  }

  /**
   * @param last whether the client said that it sends no further request; the web server would wait
   *     for one all the same
   */
  void requestEnded(boolean last) {
    request = null;
    ended = last && !multiplexed;
  }

  boolean isLate(ConnectionLimits limits) {
    Stopwatch wait = waiting;
    if (wait == null || multiplexed) {
      return false;
    }
    Stopwatch begun = request;
    return begun == null
        ? ClientConnection.isOver(wait, limits.idle())
        : ClientConnection.isOver(begun, limits.request());
  }

  static byte[] concat(byte[] a, byte[] b) {
    byte[] joined = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }
}
