package io.maque.hub.source;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference.LocalFile;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.PullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A GGUF file of this machine.
 *
 * <p>It is taken in as a hard link where that is possible, which costs no time and no space, and
 * copied where the store is on another disk. Either way the original may be deleted afterwards. A
 * linked file must not be changed in place; programs that write model files make new ones.
 */
public final class LocalPath implements Source<LocalFile> {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Disk disk;

  public LocalPath(Disk disk) {
    this.disk = disk;
  }

  @Override
  public List<RemoteFile> files(LocalFile reference) {
    Path path = reference.path();
    if (!Files.isRegularFile(path)) {
      throw new PullException(
          "%s: %s; expected a .gguf file"
              .formatted(path, Files.exists(path) ? "not a regular file" : "no such file"));
    }
    String name = reference.storeName() + ".gguf";
    return List.of(
        new RemoteFile(
            name,
            FileRole.MODEL,
            OptionalLong.empty(),
            Optional.empty(),
            (partial, progress) -> adopt(path, partial, progress)));
  }

  private void adopt(Path original, Path partial, Progress progress) {
    try {
      Files.deleteIfExists(partial);
      // A link to a symbolic link would still depend on what that points to.
      Path real = original.toRealPath();
      if (!link(real, partial)) {
        disk.requireSpace(partial.getParent(), Files.size(real), original.toString());
        copy(real, partial, progress);
      }
    } catch (ClosedByInterruptException interrupt) {
      throw PullCancelledException.during("copying " + original, interrupt);
    } catch (IOException fault) {
      throw new PullException(
          "%s could not be taken into the store: %s; check free space and permissions of %s"
              .formatted(original, fault.getMessage(), partial.getParent()),
          fault);
    }
  }

  /** Whether {@code partial} is now a hard link; another disk or file system kind refuses. */
  private static boolean link(Path original, Path partial) {
    try {
      Files.createLink(partial, original);
      return true;
    } catch (IOException | UnsupportedOperationException refused) {
      return false;
    }
  }

  private void copy(Path original, Path partial, Progress progress) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try (FileChannel from = FileChannel.open(original);
        Disk.Sink to = disk.open(partial, 0)) {
      long total = from.size();
      String name = partial.getFileName().toString();
      for (long done = 0; from.read(buffer.clear()) >= 0; ) {
        for (buffer.flip(); buffer.hasRemaining(); ) {
          done += to.write(buffer);
        }
        progress.update(Progress.Phase.DOWNLOADING, name, done, total);
      }
      to.force();
    }
  }
}
