package io.maque.hub.builtin;

import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoreException;
import io.maque.hub.store.StoredFile;
import io.maque.hub.transfer.Disk;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Maque Nano, the demonstration model that every copy of Maque carries. It reads pictures of the
 * kinds it was made for and knows nothing of the world.
 *
 * <p>Weights are mapped, and a file within a jar cannot be. So they are written once to a folder of
 * the user and checked at every start: a damaged copy is replaced. Where nothing can be written
 * there, a folder for temporary files takes them until the process ends.
 *
 * <p>Safe for use by several threads, and beside other processes on the same folder.
 */
public final class BuiltInModel {
  /** What requests and commands call it. */
  public static final StoreName NAME = new StoreName("maque-nano");

  private final Supplier<PackedModel> packed;
  private final Path root;
  private final Path temporaryRoot;
  private final Disk disk;

  /** Where the files lie, once this process knows; guarded by this. */
  private Optional<Path> known = Optional.empty();

  BuiltInModel(Supplier<PackedModel> packed, Path root, Path temporaryRoot, Disk disk) {
    this.packed = packed;
    this.root = root.toAbsolutePath().normalize();
    this.temporaryRoot = temporaryRoot;
    this.disk = disk;
  }

  /** Read when first needed: whoever uses another model should not pay for this one. */
  private static final class Shipped {
    static final PackedModel MODEL = PackedModel.shipped();
  }

  /**
   * The one that ships with Maque. Touches no disk.
   *
   * @param root the folder for its copies
   */
  public static BuiltInModel shipped(Path root) {
    return new BuiltInModel(
        () -> Shipped.MODEL, root, Path.of(System.getProperty("java.io.tmpdir")), Disk.SYSTEM);
  }

  /** What it consists of. */
  public List<StoredFile> files() {
    return packed.get().files().stream()
        .map(file -> new StoredFile(file.name(), file.role(), file.bytes(), file.sha256().hex()))
        .toList();
  }

  /** Size of all files together. */
  public long bytes() {
    return packed.get().files().stream().mapToLong(PackedFile::bytes).sum();
  }

  /**
   * The paths to open, of files that were proven in this process and have had their sizes since.
   *
   * @throws StoreException when they can be written nowhere
   */
  public synchronized ModelFiles paths() {
    PackedModel model = packed.get();
    Path folder = known.filter(model::isPresentIn).orElseGet(() -> unpack(model));
    known = Optional.of(folder);
    return new ModelFiles(
        NAME.value(),
        path(model, FileRole.MODEL, folder).orElseThrow(),
        path(model, FileRole.PROJECTOR, folder));
  }

  /** Whether {@code file} is one of the {@link #paths} that were given out. */
  public synchronized boolean owns(Path file) {
    return known.filter(file::startsWith).isPresent();
  }

  private static Optional<Path> path(PackedModel model, FileRole role, Path folder) {
    return model.files().stream()
        .filter(file -> file.role() == role)
        .findFirst()
        .map(file -> folder.resolve(file.name()));
  }

  private Path unpack(PackedModel model) {
    try {
      return new Copies(root, disk).of(model);
    } catch (IOException refused) {
      return unpackForThisProcess(model, refused);
    }
  }

  private Path unpackForThisProcess(PackedModel model, IOException refused) {
    try {
      // Its own, unguessable and closed to others: in a shared folder nobody else can prepare it.
      Path folder = Files.createTempDirectory(temporaryRoot, "maque-");
      deleteAtEnd(folder, model);
      new Unpacking(model, disk).into(folder);
      return folder;
    } catch (IOException refusedToo) {
      refusedToo.addSuppressed(refused);
      throw new StoreException(
          "%s is built in, but to be used it must be written to a folder, and neither %s (%s) nor %s (%s) takes it; set MAQUE_HOME to a folder that can be written and has %d MB free"
              .formatted(
                  NAME,
                  root,
                  reason(refused),
                  temporaryRoot,
                  reason(refusedToo),
                  Math.ceilDiv(bytes(), 1_000_000L)),
          refusedToo);
    }
  }

  /** The JVM deletes in the opposite order, so the folder is empty when its turn comes. */
  private static void deleteAtEnd(Path folder, PackedModel model) {
    folder.toFile().deleteOnExit();
    model.files().forEach(file -> folder.resolve(file.name()).toFile().deleteOnExit());
  }

  /** Exceptions of files often tell the file only, and their type what is wrong with it. */
  private static String reason(IOException fault) {
    return fault instanceof FileSystemException file && file.getReason() == null
        ? file.getClass().getSimpleName().replaceFirst("Exception$", "") + " " + file.getFile()
        : fault.getMessage();
  }
}
