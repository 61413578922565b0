package io.maque.server.pdf;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Draws pages of documents, each document in a process of its own. Safe for many threads. */
public final class PdfPages {
  private static final int AT_ONCE = 2;
  private static final int EXIT_OUT_OF_MEMORY = 3; // of -XX:+ExitOnOutOfMemoryError

  /** Small, quick to start, without a processor for anything but drawing. */
  private static final List<String> JVM_FLAGS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ActiveProcessorCount=1",
          "-XX:+ExitOnOutOfMemoryError",
          "-Djava.awt.headless=true");

  private final Duration limit;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * @param limit for all pages of one request, the start of the process included
   */
  public PdfPages(Duration limit) {
    this.limit = limit;
  }

  /**
   * Draws the pages of a document one after the other and gives each to {@code pages} on this
   * thread.
   *
   * @throws PdfException when the document cannot be drawn, or not now; pages may have come before
   */
  public void draw(byte[] pdf, PdfSelection selection, Consumer<PdfPage> pages) {
    if (!places.tryAcquire()) {
      throw new PdfException(
          PdfException.Kind.BUSY, "%d documents are drawn already".formatted(AT_ONCE));
    }
    try {
      Process process = start(selection);
      Watch watch = Watch.over(process, limit);
      try {
        read(process, watch, pdf, pages);
      } finally {
        process.destroyForcibly();
      }
    } finally {
      places.release();
    }
  }

  private void read(Process process, Watch watch, byte[] pdf, Consumer<PdfPage> pages) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
      try (OutputStream out = process.getOutputStream()) {
        out.write(pdf);
      }
      Optional<PdfPage> page = PdfFrames.read(in);
      while (page.isPresent()) {
        pages.accept(page.get());
        page = PdfFrames.read(in);
      }
    } catch (IOException _) {
      // The process ended: before it had read the whole document, or before it wrote the end.
      throw PdfException.document(watch.whyItEnded());
    }
  }

  private static Process start(PdfSelection selection) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PdfWorker.class.getName());
    command.add(Integer.toString(selection.edge()));
    selection.pages().forEach(page -> command.add(page.toString()));
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new UncheckedIOException("the process that draws pages did not start", e);
    }
  }

  /** Ends a process that takes too long, and knows afterwards why it ended. */
  private record Watch(Process process, Duration limit) {

    static Watch over(Process process, Duration limit) {
      process
          .onExit()
          .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(_ -> {
            process.destroyForcibly();
            return process;
          });
      return new Watch(process, limit);
    }

    String whyItEnded() {
      try {
        return switch (process.waitFor()) {
          case EXIT_OUT_OF_MEMORY -> "it needs more memory than a document may take here";
          case 1 -> "it is damaged, or no PDF";
          default -> "it takes longer than %d s to draw".formatted(limit.toSeconds());
        };
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return "the server is shutting down";
      }
    }
  }
}
