package io.maque.server.connection;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.spi.ServerConnection;
import io.maque.metrics.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One client's connection. It finds out which HTTP the client speaks, lets the web server speak it,
 * and meanwhile knows what the web server does not tell: that the client left while its answer is
 * being made, and how long it has kept the server waiting.
 *
 * <p>Over HTTP/1.1 nobody reads from the socket while an answer is made, so {@link #whileOpen}
 * reads ahead on a thread of its own: the end of the stream means that the client left, and what
 * else comes is the begin of its next request, which is kept. A client that sends its next request
 * before it has the answer is noticed by the next write only. Over HTTP/2 the web server reads all
 * the time; the frames that reset a stream are found in passing.
 */
public final class ClientConnection implements ServerConnection, InterruptableTask<Void> {
  private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());

  private final ConnectionContext context;
  private final Connections all;
  private final Inbound inbound;
  private final Outbound outbound;
  private final Set<Registration> watches = ConcurrentHashMap.newKeySet();
  private final Set<Transfer> transfers = ConcurrentHashMap.newKeySet();
  private final Optional<Socket> encrypted;
  private final AtomicInteger requests = new AtomicInteger();

  /** Since when no request is in work. */
  private volatile Stopwatch idle = Stopwatch.start();

  private volatile ServerConnection spoken;
  private volatile boolean gone;

  /**
   * @param encrypted what lies below TLS, if the client speaks it
   */
  ClientConnection(ConnectionContext context, Connections all, Optional<Socket> encrypted) {
    this.context = context;
    this.encrypted = encrypted;
    this.all = all;
    this.inbound = new Inbound(context, this::onEnd, this::onReset);
    this.outbound = new Outbound(context.dataWriter());
  }

  /** The connection a request came by. */
  public static ClientConnection of(ServerRequest request) {
    return of(request.remotePeer());
  }

  static ClientConnection of(PeerInfo peer) {
    if (peer instanceof ClientContext.Peer known) {
      return known.connection();
    }
    throw new IllegalStateException("the web server was not started with Connections");
  }

  /** A wait for the client to leave; closing it ends the wait. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  private final class Registration implements Watch {
    private final int stream;
    private final Runnable action;

    Registration(int stream, Runnable action) {
      this.stream = stream;
      this.action = action;
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }

  /**
   * Runs {@code action} when the client leaves before the watch is closed; on another thread, and
   * perhaps more than once.
   *
   * @param request what the client asked
   */
  public Watch whileOpen(ServerRequest request, Runnable action) {
    Registration watch = new Registration(request.id(), action);
    watches.add(watch);
    if (gone) {
      action.run();
    } else {
      inbound.readAhead();
    }
    return watch;
  }

  /** A part of a request or an answer on its way, by the thread that waits for it. */
  private final class Transfer implements Watch {
    private final boolean inbound;
    private final Stopwatch begun = Stopwatch.start();
    private final Thread thread = Thread.currentThread();

    Transfer(boolean inbound) {
      this.inbound = inbound;
      transfers.add(this);
    }

    boolean isLate(ConnectionLimits limits) {
      return isOver(begun, inbound ? limits.request() : limits.write());
    }

    @Override
    public void close() {
      transfers.remove(this);
    }
  }

  /** To be closed when the body of a request was read; until then its time runs. */
  public Watch whileReadingBody() {
    return new Transfer(true);
  }

  /** To be closed when a part of an answer was sent; until then the client's time to read runs. */
  public Watch whileSending() {
    return new Transfer(false);
  }

  /** Whether the client has left. */
  public boolean isGone() {
    return gone;
  }

  /** A request arrived, at least its head. */
  public void asked() {
    requests.incrementAndGet();
  }

  /** A request was answered: what comes next is another, unless it was to be the last. */
  public void answered(ServerRequest request) {
    if (requests.decrementAndGet() == 0) {
      idle = Stopwatch.start();
    }
    inbound.requestEnded(request.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
  }

  void multiplexed() {
    inbound.multiplexed();
  }

  private void onEnd() {
    gone = true;
    watches.forEach(watch -> watch.action.run());
    if (inbound.isMultiplexed()) {
      // The web server forgets those who wait for bytes of a connection that is not there any more.
      transfers.stream()
          .filter(transfer -> transfer.inbound)
          .forEach(transfer -> transfer.thread.interrupt());
    }
  }

  private void onReset(int stream) {
    watches.forEach(watch -> {
      if (watch.stream == stream) {
        watch.action.run();
      }
    });
  }

  /** Closes the connection when the client has kept it waiting too long. */
  void enforce(ConnectionLimits limits) {
    boolean late =
        inbound.isLate(limits)
            || inbound.isMultiplexed() && requests.get() == 0 && isOver(idle, limits.idle())
            || outbound.isLate(limits.write())
            || transfers.stream().anyMatch(transfer -> transfer.isLate(limits));
    if (late) {
      onEnd();
      closeSocket();
    }
  }

  private void closeSocket() {
    try {
      if (encrypted.isPresent()) {
        // TLS would wait to say goodbye to a client that does not read.
        encrypted.get().close();
      } else {
        context.serverSocket().close();
      }
    } catch (IOException | UncheckedIOException e) {
      // Its own thread closed it at the same time.
      LOG.log(System.Logger.Level.DEBUG, "closing a connection that is closed", e);
    }
  }

  static boolean isOver(Stopwatch stopwatch, Duration limit) {
    return stopwatch != null && stopwatch.elapsedMillis() > limit.toMillis();
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    all.opened(this);
    try {
      ConnectionContext watched = new ClientContext(context, this, inbound, outbound);
      switch (inbound.identify()) {
        case NOTHING -> throw new CloseConnectionException("the client sent nothing");
        case HTTP_1 -> spoken = all.http1(watched);
        case HTTP_2 -> {
          inbound.multiplexed();
          spoken = all.http2(watched);
        }
      }
      spoken.handle(limit);
    } finally {
      all.closed(this);
      onEnd();
    }
  }

  @Override
  public boolean canInterrupt() {
    return !(spoken instanceof InterruptableTask<?> task) || task.canInterrupt();
  }

  @Override
  public Duration idleTime() {
    return spoken == null ? Duration.ZERO : spoken.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    if (spoken == null) {
      closeSocket();
    } else {
      spoken.close(interrupt);
    }
  }
}
