package io.maque.hub.transfer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches one file from a web server into a partial file, going on where an earlier try ended.
 *
 * <p>When {@link #run} returns, the partial file has the announced length and is on the medium. Its
 * checksum is the caller's business: computed from the file as it lies on the disk, not from the
 * bytes as they came by. When {@code run} throws, whatever is still good is kept for the next try.
 */
public final class Download {
  private static final int MAX_RESTARTS = 3;
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (?:(?<first>[0-9]{1,18})-[0-9]{1,18}|\\*)/(?<total>[0-9]{1,18}|\\*)");

  private final Web web;
  private final Disk disk;
  private final Request request;
  private final Path partial;
  private final Progress progress;

  private OptionalLong total;
  private String etag;
  private int restarts;

  /**
   * What is fetched.
   *
   * @param what the file in words, for messages
   * @param bytes its length, when known
   * @param sha256 its checksum, when known; makes resuming safe where servers send no entity tag
   */
  public record Request(
      URI uri,
      Credential credential,
      String what,
      String fileName,
      OptionalLong bytes,
      Optional<Sha256> sha256) {}

  /** The server is overloaded or being repaired. */
  private static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Web.Head head;

    BusyException(Web.Head head) {
      super("HTTP " + head.status());
      this.head = head;
    }
  }

  public Download(Web web, Disk disk, Request request, Path partial, Progress progress) {
    this.web = web;
    this.disk = disk;
    this.request = request;
    this.partial = partial;
    this.progress = progress;
    this.total = request.bytes();
    this.etag = "";
  }

  /** Fetches until the file is complete, or throws a {@link PullException}. */
  public void run() {
    try {
      adoptEarlierBytes();
      untilComplete();
    } catch (ClosedByInterruptException | InterruptedException interrupt) {
      throw PullCancelledException.during(request.what(), interrupt);
    } catch (IOException fault) {
      throw diskFailure(fault);
    }
  }

  private void adoptEarlierBytes() throws IOException {
    PartialState wanted = state("");
    Optional<PartialState> earlier =
        PartialState.find(partial).filter(state -> state.continues(wanted));
    if (earlier.isEmpty() || size() > total.orElse(Long.MAX_VALUE)) {
      discard();
    } else if (earlier.get().source().equals(wanted.source())) {
      etag = earlier.get().etag();
    }
  }

  private void untilComplete() throws IOException, InterruptedException {
    int failures = 0;
    Duration backoff = web.settings().firstBackoff();
    while (true) {
      long before = size();
      try {
        if (attempt()) {
          return;
        }
      } catch (DiskException fault) {
        throw fault.cause();
      } catch (ClosedByInterruptException interrupt) {
        throw interrupt;
      } catch (IOException fault) {
        if (size() > before) {
          failures = 0;
          backoff = web.settings().firstBackoff();
        }
        if (++failures >= web.settings().attempts()) {
          throw givenUp(fault);
        }
        Thread.sleep(
            fault instanceof BusyException busy
                ? Statuses.retryAfter(busy.head, backoff)
                : backoff);
        backoff = backoff.multipliedBy(2);
      }
    }
  }

  /** One request; true when the file is complete, false when another is needed at once. */
  private boolean attempt() throws IOException, InterruptedException {
    long offset = size();
    if (offset > 0 && total.isPresent() && offset == total.getAsLong()) {
      return true;
    }
    try (Web.Exchange exchange = web.open(request.uri(), request.credential(), range(offset))) {
      Web.Head head = exchange.head();
      if (Statuses.isPassing(head.status())) {
        throw new BusyException(head);
      }
      return switch (head.status()) {
        case 200 -> receive(exchange, 0, contentLength(head));
        case 206 -> continuesAt(offset, head) ? receive(exchange, offset, total) : restart();
        case 416 -> isWhole(offset, head) || restart();
        default ->
            throw Statuses.failure(head, request.uri(), request.credential(), request.what());
      };
    }
  }

  private Map<String, String> range(long offset) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (offset > 0) {
      headers.put("Range", "bytes=%d-".formatted(offset));
      // The server sends the whole file instead when it is no longer the one we began with.
      if (!etag.isEmpty()) {
        headers.put("If-Range", etag);
      }
    }
    return headers;
  }

  /** Whether a 206 answer is the rest of the very file whose beginning we have. */
  private boolean continuesAt(long offset, Web.Head head) {
    Matcher range = CONTENT_RANGE.matcher(head.header("Content-Range"));
    if (!range.matches() || range.group("first") == null) {
      return false;
    }
    String newTotal = range.group("total");
    if (!newTotal.equals("*")) {
      long bytes = Long.parseLong(newTotal);
      if (total.isPresent() && total.getAsLong() != bytes) {
        return false;
      }
      total = OptionalLong.of(bytes);
    }
    String newEtag = strongEtag(head);
    boolean sameFile = etag.isEmpty() || newEtag.isEmpty() || etag.equals(newEtag);
    return Long.parseLong(range.group("first")) == offset && sameFile;
  }

  private boolean isWhole(long offset, Web.Head head) {
    Matcher range = CONTENT_RANGE.matcher(head.header("Content-Range"));
    return range.matches()
        && range.group("total").equals(Long.toString(offset))
        && total.orElse(offset) == offset;
  }

  /** Throws the beginning away: it belongs to another file than the server now has. */
  private boolean restart() throws IOException {
    if (++restarts > MAX_RESTARTS) {
      throw new PullException(
          "%s: %s keeps changing the file while it is read; try again later or use another source"
              .formatted(request.what(), Origins.describe(request.uri())));
    }
    discard();
    return false;
  }

  private OptionalLong contentLength(Web.Head head) {
    OptionalLong announced = head.headers().firstValueAsLong("Content-Length");
    if (request.bytes().isPresent()
        && announced.isPresent()
        && announced.getAsLong() != request.bytes().getAsLong()) {
      throw new PullException(
          "%s: %s announces %d bytes, expected %d; the file there is another one, check the revision"
              .formatted(
                  request.what(),
                  Origins.describe(request.uri()),
                  announced.getAsLong(),
                  request.bytes().getAsLong()));
    }
    return request.bytes().isPresent() ? request.bytes() : announced;
  }

  private boolean receive(Web.Exchange exchange, long offset, OptionalLong length)
      throws IOException, InterruptedException {
    total = length;
    etag = strongEtag(exchange.head());
    long limit = total.orElse(Long.MAX_VALUE);
    try (Disk.Sink sink = openSink(offset)) {
      long position = offset;
      report(position);
      for (List<ByteBuffer> piece = exchange.body().next();
          !piece.isEmpty();
          piece = exchange.body().next()) {
        for (ByteBuffer buffer : piece) {
          position += buffer.remaining();
          if (position > limit) {
            break;
          }
          write(sink, buffer);
        }
        if (position > limit) {
          throw tooLong();
        }
        report(position);
      }
      force(sink);
      if (total.isPresent() && position < limit) {
        throw new IOException("the body ended after %d of %d bytes".formatted(position, limit));
      }
      total = OptionalLong.of(position);
      return true;
    }
  }

  private Disk.Sink openSink(long offset) throws DiskException {
    try {
      if (total.isPresent()) {
        disk.requireSpace(partial.getParent(), total.getAsLong() - offset, request.what());
      }
      state(etag).save(partial);
      return disk.open(partial, offset);
    } catch (IOException fault) {
      throw new DiskException(fault);
    }
  }

  private static void write(Disk.Sink sink, ByteBuffer buffer) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        sink.write(buffer);
      }
    } catch (ClosedByInterruptException interrupt) {
      throw interrupt;
    } catch (IOException fault) {
      throw new DiskException(fault);
    }
  }

  private static void force(Disk.Sink sink) throws IOException {
    try {
      sink.force();
    } catch (ClosedByInterruptException interrupt) {
      throw interrupt;
    } catch (IOException fault) {
      throw new DiskException(fault);
    }
  }

  private PullException tooLong() throws IOException {
    discard();
    return new PullException(
        "%s: %s sends more than the %d bytes it announced; nothing was kept, try another source"
            .formatted(request.what(), Origins.describe(request.uri()), total.orElse(0)));
  }

  private PullException givenUp(IOException fault) throws IOException {
    long kept = size();
    if (fault instanceof BusyException busy) {
      return Statuses.failure(busy.head, request.uri(), request.credential(), request.what());
    }
    if (kept == 0) {
      return Web.unreachable(request.uri(), fault);
    }
    String reason = fault instanceof HttpTimeoutException ? "fell silent" : "broke off";
    return new PullException(
        "%s: %s %s after %d bytes (%s); they are kept, pull again to go on"
            .formatted(
                request.what(), Origins.describe(request.uri()), reason, kept, fault.getMessage()),
        fault);
  }

  private PullException diskFailure(IOException fault) {
    return new PullException(
        "%s could not be written to %s (%s); what has arrived is kept, free some space there and pull again"
            .formatted(request.what(), partial.getParent(), fault.getMessage()),
        fault);
  }

  private void report(long position) {
    progress.update(
        Progress.Phase.DOWNLOADING, request.fileName(), position, total.orElse(Progress.UNKNOWN));
  }

  private PartialState state(String withEtag) {
    return new PartialState(request.uri().toString(), withEtag, request.sha256());
  }

  private static String strongEtag(Web.Head head) {
    String value = head.header("ETag");
    return value.startsWith("\"") && value.length() <= 1024 ? value : "";
  }

  private long size() throws IOException {
    return Files.isRegularFile(partial) ? Files.size(partial) : 0;
  }

  private void discard() throws IOException {
    etag = "";
    total = request.bytes();
    Files.deleteIfExists(partial);
    Files.deleteIfExists(PartialState.fileFor(partial));
  }

  /** Marks a fault of the local disk among those of the network: trying again would not help. */
  private static final class DiskException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskException(IOException cause) {
      super(cause);
    }

    IOException cause() {
      return (IOException) getCause();
    }
  }
}
