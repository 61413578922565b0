package io.maque.hub.builtin;

import io.maque.hub.reference.FileRole;
import io.maque.hub.transfer.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * A file of the built-in model as its list describes it.
 *
 * @param sha256 proves what was written, once
 * @param crc32 tells a damaged copy at every start: the JVM computes it in some 5 ms, while a
 *     SHA-256 in code that is not compiled yet takes 150 ms
 */
record PackedFile(String name, FileRole role, long bytes, Sha256 sha256, long crc32) {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Whether {@code folder} holds this file with the right bytes. */
  boolean isIntactIn(Path folder) throws IOException {
    return isPresentIn(folder) && crc32Of(folder.resolve(name)) == crc32;
  }

  /** Whether {@code folder} holds a file of this name and size. */
  boolean isPresentIn(Path folder) {
    File copy = folder.resolve(name).toFile();
    return copy.isFile() && copy.length() == bytes;
  }

  private static long crc32Of(Path file) throws IOException {
    CRC32 sum = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer.clear()) >= 0) {
        sum.update(buffer.flip());
      }
    }
    return sum.getValue();
  }
}
