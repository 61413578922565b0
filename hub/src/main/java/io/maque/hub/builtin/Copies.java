package io.maque.hub.builtin;

import io.maque.hub.transfer.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The folder of copies, one for each version of the model that programs of this user were shipped
 * with, so that old and new ones run side by side. Only the newest few are kept.
 */
record Copies(Path root, Disk disk) {
  private static final System.Logger LOGGER = System.getLogger(Copies.class.getName());
  private static final int KEPT = 4;
  private static final Pattern VERSION = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{8})*");

  /** The folder with the whole and intact files of {@code model}, written where they are not. */
  Path of(PackedModel model) throws IOException {
    Path folder = root.resolve(model.version());
    if (new Unpacking(model, disk).into(folder)) {
      forgetOldest();
    }
    return folder;
  }

  /** A copy more than wanted is no reason not to start. */
  private void forgetOldest() {
    try {
      for (Copy copy : newestFirst().stream().skip(KEPT).toList()) {
        for (Path file : entries(copy.folder())) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(copy.folder());
      }
    } catch (IOException fault) {
      LOGGER.log(System.Logger.Level.DEBUG, "cannot remove old copies in " + root, fault);
    }
  }

  private record Copy(Path folder, FileTime written) {}

  private List<Copy> newestFirst() throws IOException {
    List<Copy> copies = new ArrayList<>();
    for (Path folder : entries(root)) {
      if (VERSION.matcher(folder.getFileName().toString()).matches()) {
        copies.add(new Copy(folder, Files.getLastModifiedTime(folder)));
      }
    }
    copies.sort(Comparator.comparing(Copy::written).reversed());
    return copies;
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
