package io.maque.hub.pull;

import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.hub.catalogue.CatalogueFile;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import io.maque.hub.source.RemoteFile;
import io.maque.hub.store.ModelLock;
import io.maque.hub.store.Store;
import io.maque.hub.store.StoredFile;
import io.maque.hub.store.StoredModel;
import io.maque.hub.transfer.Disk;
import io.maque.hub.transfer.Progress;
import io.maque.hub.transfer.PullCancelledException;
import io.maque.hub.transfer.PullException;
import io.maque.hub.transfer.Sha256;
import io.maque.hub.transfer.UnreachableException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Brings a model into the store.
 *
 * <p>All files are fetched and verified in the model's {@code partial} directory; only then do they
 * get their final names, and the model its manifest. Killed at any moment, a pull leaves either the
 * model as it was or the new one, and what it had fetched for the next pull to go on with.
 */
public final class Puller {
  private final Supplier<Catalogue> catalogue;
  private final Store store;
  private final Sources sources;
  private final Disk disk;
  private final FileCheck check;
  private final InstantSource clock;

  public Puller(
      Supplier<Catalogue> catalogue,
      Store store,
      Sources sources,
      Disk disk,
      FileCheck check,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.store = store;
    this.sources = sources;
    this.disk = disk;
    this.check = check;
    this.clock = clock;
  }

  /**
   * Pulls {@code reference}, or answers the stored model if it is already there.
   *
   * @throws PullException in one sentence; {@link PullCancelledException} after an interrupt
   */
  public StoredModel pull(ModelReference reference, PullOptions options, Progress progress) {
    StoreName name = options.name().orElse(reference.storeName());
    try (ModelLock _ =
        store.lock(name, () -> progress.update(Progress.Phase.WAITING, name.value(), 0, 0))) {
      Optional<StoredModel> present = present(name, reference, options);
      return present.isPresent() ? present.get() : pullFromAny(name, reference, options, progress);
    } catch (ClosedByInterruptException | InterruptedException interrupt) {
      throw PullCancelledException.during(reference.text(), interrupt);
    } catch (IOException fault) {
      throw new PullException(
          "%s: %s: %s; check free space and permissions there"
              .formatted(reference.text(), store.root(), fault.getMessage()),
          fault);
    }
  }

  /** One way to get the model: the references to fetch, and what is known of their files. */
  private record Alternative(
      ModelReference source, List<ModelReference> references, List<CatalogueFile> expected) {}

  private Optional<StoredModel> present(
      StoreName name, ModelReference reference, PullOptions options) {
    if (options.force()) {
      return Optional.empty();
    }
    Optional<StoredModel> stored = store.find(name);
    if (stored.isPresent() && !mayStandFor(stored.get(), reference)) {
      throw new PullException(
          "the store already has a model %s, from %s; choose another name for %s with --name, or replace it with --force"
              .formatted(name, stored.get().source(), reference.text()));
    }
    return stored;
  }

  private boolean mayStandFor(StoredModel stored, ModelReference reference) {
    if (!(reference instanceof ModelReference.Named named)) {
      return stored.source().equals(sourceOf(reference));
    }
    // Under a name of the catalogue only the catalogue's model will do.
    return catalogue
        .get()
        .find(named.name())
        .map(entry -> entry.sources().stream().anyMatch(s -> s.text().equals(stored.source())))
        .orElse(true);
  }

  private List<Alternative> alternatives(ModelReference reference, PullOptions options) {
    if (!(reference instanceof ModelReference.Named named)) {
      return List.of(new Alternative(reference, List.of(reference), List.of()));
    }
    CatalogueEntry entry =
        catalogue
            .get()
            .find(named.name())
            .orElseThrow(() ->
                new PullException(
                    "the catalogue has no model %s; it has %s; other models are pulled by %s"
                        .formatted(
                            named.name(),
                            String.join(
                                ", ",
                                catalogue.get().entries().stream()
                                    .map(known -> known.name().value())
                                    .toList()),
                            ModelReference.FORMS)));
    if (!entry.isPullable()) {
      throw new PullException("%s cannot be pulled: %s".formatted(entry.title(), entry.note()));
    }
    List<Alternative> found =
        entry.sources().stream()
            .filter(source -> options.from().map(kind -> isOfKind(source, kind)).orElse(true))
            .map(source -> new Alternative(source, entry.references(source), entry.files()))
            .toList();
    if (found.isEmpty()) {
      throw new PullException(
          "%s has no source of the kind \"%s\"; it has %s"
              .formatted(
                  entry.title(),
                  options.from().orElse(""),
                  String.join(", ", entry.sources().stream().map(ModelReference::text).toList())));
    }
    return found;
  }

  private static boolean isOfKind(ModelReference source, String kind) {
    return source.text().startsWith(kind + ":");
  }

  /** Tries one source after the other, as long as they cannot be reached at all. */
  private StoredModel pullFromAny(
      StoreName name, ModelReference reference, PullOptions options, Progress progress)
      throws IOException {
    UnreachableException last = null;
    for (Alternative alternative : alternatives(reference, options)) {
      try {
        return pullFrom(name, alternative, progress);
      } catch (UnreachableException unreachable) {
        if (last != null) {
          unreachable.addSuppressed(last);
        }
        last = unreachable;
      } finally {
        store.tidyPartial(name);
      }
    }
    throw last;
  }

  private StoredModel pullFrom(StoreName name, Alternative alternative, Progress progress)
      throws IOException {
    progress.update(Progress.Phase.RESOLVING, alternative.source().text(), 0, 0);
    List<RemoteFile> files = new ArrayList<>();
    for (ModelReference reference : alternative.references()) {
      files.addAll(sources.files(reference));
    }
    List<RemoteFile> wanted = reconcile(files, alternative);
    wanted.forEach(file -> StoredFile.requirePlain(file.name()));
    Path partial = store.openPartial(name, wanted.stream().map(RemoteFile::name).toList());
    requireSpace(name, partial, wanted);
    List<StoredFile> verified = new ArrayList<>();
    for (RemoteFile file : wanted) {
      verified.add(fetch(file, partial, progress));
    }
    // All files first: the parts of a split model are opened together.
    for (StoredFile file : verified) {
      checkFormat(partial.resolve(file.name()), name);
    }
    StoredModel model =
        store.install(name, sourceOf(alternative.source()), verified, clock.instant());
    verified.forEach(
        file -> progress.update(Progress.Phase.INSTALLED, file.name(), file.bytes(), file.bytes()));
    return model;
  }

  /** A relative path means another file tomorrow. */
  private static String sourceOf(ModelReference reference) {
    return reference instanceof ModelReference.LocalFile local
        ? local.path().toAbsolutePath().normalize().toString()
        : reference.text();
  }

  /** Puts what the catalogue knows over what the source tells; a contradiction is an error. */
  private static List<RemoteFile> reconcile(List<RemoteFile> files, Alternative alternative) {
    List<CatalogueFile> expected = alternative.expected();
    if (expected.isEmpty()) {
      return files;
    }
    if (files.size() != expected.size()) {
      throw new PullException(
          "%s offers %d files, the catalogue expects %d; use another source with --from"
              .formatted(alternative.source().text(), files.size(), expected.size()));
    }
    List<RemoteFile> wanted = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      wanted.add(reconcile(files.get(i), expected.get(i), alternative.source()));
    }
    return wanted;
  }

  private static RemoteFile reconcile(
      RemoteFile file, CatalogueFile expected, ModelReference source) {
    Optional<Sha256> known = expected.sha256().map(Sha256::new);
    boolean otherSum =
        known.isPresent() && file.sha256().isPresent() && !known.equals(file.sha256());
    boolean otherSize =
        expected.exact()
            && file.bytes().isPresent()
            && file.bytes().getAsLong() != expected.bytes();
    if (otherSum || otherSize) {
      throw new PullException(
          "%s: the file %s there has %s bytes and SHA-256 %s, the catalogue expects %d and %s; it was replaced since, use another source with --from"
              .formatted(
                  source.text(),
                  expected.name(),
                  file.bytes().isPresent() ? file.bytes().getAsLong() : "unknown",
                  file.sha256().map(Sha256::hex).orElse("unknown"),
                  expected.bytes(),
                  expected.sha256().orElse("unknown")));
    }
    OptionalLong bytes = expected.exact() ? OptionalLong.of(expected.bytes()) : file.bytes();
    return new RemoteFile(
        expected.name(), expected.role(), bytes, known.or(file::sha256), file.content());
  }

  private void requireSpace(StoreName name, Path partial, List<RemoteFile> files)
      throws IOException {
    long needed = 0;
    for (RemoteFile file : files) {
      Path target = partial.resolve(file.name());
      long present = Files.isRegularFile(target) ? Files.size(target) : 0;
      needed += Math.max(0, file.bytes().orElse(0) - present);
    }
    disk.requireSpace(partial, needed, name.value());
  }

  private StoredFile fetch(RemoteFile file, Path partial, Progress progress) throws IOException {
    Path target = partial.resolve(file.name());
    file.content().fetch(target, progress);
    long bytes = Files.size(target);
    if (file.bytes().isPresent() && file.bytes().getAsLong() != bytes) {
      Files.delete(target);
      throw new PullException(
          "%s has %d bytes, expected %d; it was deleted, pull again"
              .formatted(file.name(), bytes, file.bytes().getAsLong()));
    }
    Sha256 found =
        Sha256.of(
            target, done -> progress.update(Progress.Phase.VERIFYING, file.name(), done, bytes));
    if (file.sha256().isPresent() && !file.sha256().get().equals(found)) {
      Files.delete(target);
      throw new PullException(
          "%s has SHA-256 %s, expected %s; it was deleted, pull again and use another source if it happens twice"
              .formatted(file.name(), found, file.sha256().get()));
    }
    return new StoredFile(file.name(), file.role(), bytes, found.hex());
  }

  private void checkFormat(Path file, StoreName name) throws IOException {
    boolean usable = false;
    try {
      check.check(file);
      usable = true;
    } finally {
      // It arrived as its source wanted it, so going on from it can never help.
      if (!usable) {
        Files.delete(file);
      }
    }
  }
}
