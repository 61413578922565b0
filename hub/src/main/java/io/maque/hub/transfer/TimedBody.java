package io.maque.hub.transfer;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response body that is read piece by piece and notices when the other side falls silent.
 *
 * <p>The client's own stream body waits for ever between two pieces; this one waits a set time. One
 * piece is asked for at a time, so at most one piece and the end mark are ever queued.
 */
final class TimedBody implements BodySubscriber<TimedBody>, AutoCloseable {
  private sealed interface Event {
    record Piece(List<ByteBuffer> buffers) implements Event {}

    record Failed(Throwable cause) implements Event {}

    record End() implements Event {}
  }

  private final Duration stallTimeout;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  TimedBody(Duration stallTimeout) {
    this.stallTimeout = stallTimeout;
  }

  /**
   * The next piece, or an empty list at the end of the body.
   *
   * @throws HttpTimeoutException when nothing came within the stall timeout
   * @throws IOException when the connection broke or the body is shorter than announced
   */
  List<ByteBuffer> next() throws IOException, InterruptedException {
    List<ByteBuffer> piece = nextPiece();
    while (!piece.isEmpty() && piece.stream().noneMatch(ByteBuffer::hasRemaining)) {
      piece = nextPiece();
    }
    return piece;
  }

  private List<ByteBuffer> nextPiece() throws IOException, InterruptedException {
    subscription.join().request(1);
    Event event = events.poll(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
    return switch (event) {
      case null ->
          throw new HttpTimeoutException("no data for %d ms".formatted(stallTimeout.toMillis()));
      case Event.Piece piece -> piece.buffers();
      case Event.Failed failed -> throw new IOException(failed.cause());
      case Event.End _ -> List.of();
    };
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription.complete(newSubscription);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event.Piece(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failed(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /** Gives up the rest of the body. */
  @Override
  public void close() {
    subscription.thenAccept(Flow.Subscription::cancel);
  }
}
