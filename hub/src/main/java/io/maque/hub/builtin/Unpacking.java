package io.maque.hub.builtin;

import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * Brings the files of the built-in model into a folder.
 *
 * <p>No lock: each file is written under a name of its own, proven and renamed, so processes that
 * unpack at the same time give it the same content twice, and a process that has the file mapped
 * keeps it. Nothing is forced to the medium: what a power cut leaves is found and written anew.
 */
record Unpacking(PackedModel model, Disk disk) {
  private static final System.Logger LOGGER = System.getLogger(Unpacking.class.getName());
  private static final int BUFFER_BYTES = 1 << 16;

  /** Leaves every file whole in {@code folder}; answers whether one had to be written for that. */
  boolean into(Path folder) throws IOException {
    boolean written = false;
    for (PackedFile file : model.files()) {
      boolean existed = Files.exists(folder.resolve(file.name()));
      if (!file.isIntactIn(folder)) {
        if (existed) {
          LOGGER.log(
              System.Logger.Level.WARNING,
              "{0} in {1} was damaged and is written anew",
              file.name(),
              folder);
        }
        write(file, folder);
        written = true;
      }
    }
    return written;
  }

  private void write(PackedFile file, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path copy = folder.resolve(file.name());
    Path part = folder.resolve("%s.%s.part".formatted(file.name(), UUID.randomUUID()));
    try {
      unpack(file, part);
      Sha256 written = Sha256.of(part, _ -> {});
      if (!written.equals(file.sha256())) {
        throw new IOException(
            "%s has SHA-256 %s, expected %s: the program or the disk is damaged"
                .formatted(part, written, file.sha256()));
      }
      Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void unpack(PackedFile file, Path target) throws IOException {
    try (InputStream packed = model.open(file);
        ReadableByteChannel source = Channels.newChannel(packed);
        Disk.Sink sink = disk.open(target, 0)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (source.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          sink.write(buffer);
        }
      }
    }
  }
}
