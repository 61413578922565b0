package io.maque.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Maps files read-only. The operating system brings pages in when they are first touched and may
 * drop them again under pressure, so a mapped file costs address space, not heap.
 *
 * <p><b>Life.</b> The mapping lives until its arena is closed. Reading the segment afterwards
 * throws {@link IllegalStateException}; closing a shared arena while a native call holds the
 * segment throws the same and leaves the mapping in place. Neither can crash the JVM. Generated
 * machine code that was handed a raw address is outside this protection: its caller must keep the
 * arena alive.
 *
 * <p><b>A file that shrinks while mapped.</b> The bounds of the segment are those of the moment of
 * mapping. When another process truncates the file, reading a page that lies wholly beyond the new
 * end makes the kernel send {@code SIGBUS}. On JDK 25 Java code then gets an {@link InternalError}
 * ("a fault occurred in an unsafe memory access operation"), possibly a few instructions late; the
 * rest of the last page reads as zeros without any error. In generated machine code the same fault
 * ends the process, unless {@code asm.MappedFileGuard} watches the mapping. A file that is written
 * anew in place is noticed by nobody, so a model file must never be changed in place: replace it by
 * renaming a new file over it, as Maque's own writers do; the mapping then keeps the old content.
 */
public final class FileMapping {

  private FileMapping() {}

  /**
   * The whole of {@code file} as a read-only segment; empty for an empty file.
   *
   * @param arena decides how long the mapping lives and which threads may read it
   * @throws UncheckedIOException when there is no such regular file, or it cannot be read or mapped
   */
  public static MemorySegment mapReadOnly(Path file, Arena arena) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw unreadable(file, new FileSystemException(null, null, "not a regular file"));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (NoSuchFileException e) {
      throw unreadable(file, new NoSuchFileException(file.toString(), null, "no such file"));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UncheckedIOException unreadable(Path file, IOException cause) {
    String reason =
        cause instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : cause.getMessage();
    return new UncheckedIOException("cannot read %s: %s".formatted(file, reason), cause);
  }
}
