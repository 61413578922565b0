package io.maque.hub.store;

import io.maque.hub.reference.StoreName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The models on this machine.
 *
 * <pre>
 * models/
 *   qwen2.5-0.5b-instruct/
 *     manifest.json                     written last; without it there is no model
 *     qwen2.5-0.5b-instruct-q4_k_m.gguf
 *     partial/                          only while a pull is under way or was broken off
 *   .locks/                             one empty file per model ever changed
 * </pre>
 *
 * <p>Readers take no lock: a file gets its final name whole and is only ever replaced by a rename,
 * so a process that has the old one mapped keeps it.
 */
public final class Store {
  private static final String PARTIAL = "partial";
  private static final String LOCKS = ".locks";

  private final Path root;

  public Store(Path root) {
    this.root = root.toAbsolutePath().normalize();
  }

  /** {@code $MAQUE_HOME/models}, or {@code .maque/models} in the user's home. */
  public static Path defaultRoot(Map<String, String> environment, Path userHome) {
    String home = environment.getOrDefault("MAQUE_HOME", "");
    return (home.isEmpty() ? userHome.resolve(".maque") : Path.of(home)).resolve("models");
  }

  /** The directory that holds everything. */
  public Path root() {
    return root;
  }

  /** All models in order of their names; an unreadable manifest is logged and left out. */
  public List<StoredModel> list() {
    List<StoredModel> models = new ArrayList<>();
    for (StoreName name : names()) {
      try {
        models.add(Manifest.read(name, directory(name)));
      } catch (StoreException fault) {
        log(System.Logger.Level.WARNING, fault.getMessage());
      }
    }
    return models;
  }

  private List<StoreName> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Manifest::isIn)
          .map(entry -> entry.getFileName().toString())
          .filter(StoreName::isValid)
          .map(StoreName::new)
          .sorted()
          .toList();
    } catch (IOException fault) {
      throw broken(root, "list", fault);
    }
  }

  /**
   * The model of that name, or empty.
   *
   * @throws StoreException when there is one but a file is missing or has another size
   */
  public Optional<StoredModel> find(StoreName name) {
    Path directory = directory(name);
    if (!Manifest.isIn(directory)) {
      return Optional.empty();
    }
    StoredModel model = Manifest.read(name, directory);
    for (StoredFile file : model.files()) {
      requireIntact(model, file);
    }
    return Optional.of(model);
  }

  private static void requireIntact(StoredModel model, StoredFile file) {
    Path path = model.directory().resolve(file.name());
    try {
      long found = Files.size(path);
      if (found != file.bytes()) {
        throw new StoreException(
            "%s: %d bytes, expected %d; pull the model again with `maque pull --force %s`"
                .formatted(path, found, file.bytes(), model.name()));
      }
    } catch (NoSuchFileException missing) {
      throw new StoreException(
          "%s is missing; pull the model again with `maque pull --force %s`"
              .formatted(path, model.name()),
          missing);
    } catch (IOException fault) {
      throw broken(path, "read", fault);
    }
  }

  /** The model that came from {@code source}, or empty. */
  public Optional<StoredModel> findBySource(String source) {
    return list().stream().filter(model -> model.source().equals(source)).findFirst();
  }

  /**
   * Bytes that {@code name} takes on disk, sound or broken, files of an unfinished pull included;
   * empty when {@link #remove} would find nothing.
   */
  public OptionalLong occupied(StoreName name) {
    Path directory = directory(name);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return OptionalLong.empty();
    }
    try {
      List<Path> files = new ArrayList<>(weightsIn(directory));
      files.addAll(treeOf(directory.resolve(PARTIAL)));
      if (Manifest.isIn(directory)) {
        files.add(directory.resolve(Manifest.FILE_NAME));
      }
      long bytes = 0;
      for (Path file : files) {
        bytes += Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
      }
      return files.isEmpty() ? OptionalLong.empty() : OptionalLong.of(bytes);
    } catch (IOException fault) {
      throw broken(directory, "read", fault);
    }
  }

  /** Size of all models together. */
  public long bytes() {
    return list().stream().mapToLong(StoredModel::bytes).sum();
  }

  /**
   * Removes a model, or what a broken pull left of one; answers whether there was anything. Works
   * without reading the manifest, which may be the very thing that is broken. Files of other kinds
   * that somebody put beside the model stay.
   */
  public boolean remove(StoreName name) throws InterruptedException {
    Path directory = directory(name);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (ModelLock _ = lock(name, () -> {})) {
      // Without its manifest the model is gone, whatever happens to the rest.
      boolean existed = Files.deleteIfExists(directory.resolve(Manifest.FILE_NAME));
      for (Path weights : weightsIn(directory)) {
        existed |= Files.deleteIfExists(weights);
      }
      existed |= clearPartial(name);
      deleteIfEmpty(directory);
      return existed;
    } catch (IOException fault) {
      throw broken(directory, "remove", fault);
    }
  }

  private static List<Path> weightsIn(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> entry.getFileName().toString().endsWith(".gguf"))
          .filter(entry -> !Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
          .toList();
    }
  }

  /** The exclusive right to change {@code name}; {@code onWait} runs if it must be waited for. */
  public ModelLock lock(StoreName name, Runnable onWait) throws InterruptedException {
    try {
      return ModelLock.acquire(root.resolve(LOCKS).resolve(name + ".lock"), onWait);
    } catch (IOException fault) {
      throw broken(root.resolve(LOCKS), "write to", fault);
    }
  }

  /**
   * The directory in which files of {@code name} are assembled. Files that an earlier, killed pull
   * had already given their final names, but not yet a manifest, are moved back into it.
   */
  public Path openPartial(StoreName name, List<String> fileNames) {
    Path directory = directory(name);
    Path partial = directory.resolve(PARTIAL);
    try {
      Files.createDirectories(partial);
      for (String file : fileNames) {
        StoredFile.requirePlain(file);
        if (!Manifest.isIn(directory) && Files.isRegularFile(directory.resolve(file))) {
          AtomicFiles.move(directory.resolve(file), partial.resolve(file));
        }
      }
      return partial;
    } catch (IOException fault) {
      throw broken(partial, "write to", fault);
    }
  }

  /** Leaves no empty directories behind after a pull that fetched nothing. */
  public void tidyPartial(StoreName name) {
    Path partial = directory(name).resolve(PARTIAL);
    try {
      if (isEmptyDirectory(partial)) {
        Files.delete(partial);
        if (isEmptyDirectory(directory(name))) {
          Files.delete(directory(name));
        }
      }
    } catch (IOException fault) {
      throw broken(partial, "remove", fault);
    }
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  /**
   * Gives assembled files their final names and the model its manifest, in this order. Must be
   * called with the model's lock held and every file verified.
   */
  public StoredModel install(
      StoreName name, String source, List<StoredFile> files, Instant pulledAt) {
    Path directory = directory(name);
    StoredModel model = new StoredModel(name, source, files, pulledAt, directory);
    try {
      for (StoredFile file : files) {
        AtomicFiles.move(
            directory.resolve(PARTIAL).resolve(file.name()), directory.resolve(file.name()));
      }
      Manifest.write(model);
      List<String> kept = files.stream().map(StoredFile::name).toList();
      // Not what the manifest before named: it may be the very thing that was broken.
      for (Path weights : weightsIn(directory)) {
        if (!kept.contains(weights.getFileName().toString())) {
          Files.delete(weights);
        }
      }
      clearPartial(name);
      return model;
    } catch (IOException fault) {
      throw broken(directory, "write to", fault);
    }
  }

  private boolean clearPartial(StoreName name) throws IOException {
    List<Path> tree = treeOf(directory(name).resolve(PARTIAL));
    // Deepest first; links are removed, never followed.
    for (Path path : tree.reversed()) {
      Files.delete(path);
    }
    return !tree.isEmpty();
  }

  /** A directory and all below it, parents first; nothing when there is no such directory. */
  private static List<Path> treeOf(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.toList();
    }
  }

  /** Looked up when there is something to say: finding it takes a cold start some milliseconds. */
  private static void log(System.Logger.Level level, String message, Object... arguments) {
    System.getLogger(Store.class.getName()).log(level, message, arguments);
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException foreignFiles) {
      log(
          System.Logger.Level.INFO,
          "{0} holds files that are not the store''s; they stay",
          directory);
    }
  }

  private Path directory(StoreName name) {
    return root.resolve(name.value());
  }

  private static StoreException broken(Path path, String verb, IOException fault) {
    return new StoreException(
        "cannot %s %s: %s; check that it belongs to you and that no other program uses it"
            .formatted(verb, path, fault.getMessage()),
        fault);
  }
}
