package io.maque.hub.transfer;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a file system that can run full. Replaced in tests by one that does. */
public interface Disk {
  /** Kept free beyond what a pull needs, so that the machine stays usable. */
  long MARGIN_BYTES = 64L << 20;

  /** Bytes this process may still write under {@code directory}. */
  long usableBytes(Path directory) throws IOException;

  /** A file being written. */
  interface Sink extends WritableByteChannel {
    /** Returns once everything written so far is on the medium. */
    void force() throws IOException;
  }

  /** Opens {@code file} for writing at {@code offset}; anything behind is cut off. */
  Sink open(Path file, long offset) throws IOException;

  /** The machine's own. */
  Disk SYSTEM =
      new Disk() {
        @Override
        public long usableBytes(Path directory) throws IOException {
          return Files.getFileStore(directory).getUsableSpace();
        }

        @Override
        public Sink open(Path file, long offset) throws IOException {
          return new ChannelSink(file, offset);
        }
      };

  /** Fails with a sentence unless {@code bytes} and the margin fit under {@code directory}. */
  default void requireSpace(Path directory, long bytes, String what) throws IOException {
    long usable = usableBytes(directory);
    if (usable - MARGIN_BYTES < bytes) {
      throw new PullException(
          "%s needs %d MB more and %s has %d MB free (%d MB stay reserved); free some space or set MAQUE_HOME to a larger disk"
              .formatted(
                  what, megabytes(bytes), directory, usable / 1_000_000, MARGIN_BYTES / 1_000_000));
    }
  }

  private static long megabytes(long bytes) {
    return Math.ceilDiv(bytes, 1_000_000L);
  }
}
