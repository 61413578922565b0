package io.maque.cli.models;

import io.maque.cli.console.Console;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.hub.Hub;
import io.maque.hub.ModelNotFoundException;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.store.ModelFiles;
import io.maque.hub.store.StoredModel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The models of this machine as the command line names them. */
public final class Models {
  private final Console console;
  private final Hub hub;

  /** Models where the environment of {@code console} says they are. */
  public Models(Console console) {
    this.console = console;
    this.hub = Hub.open(console.environment());
  }

  /** The store, the catalogue and the sources. */
  public Hub hub() {
    return hub;
  }

  /** The folder for what Maque remembers, such as the history of chats. */
  public Path home() {
    return hub.store().root().getParent();
  }

  /**
   * The files of a model on this machine.
   *
   * @throws ModelNotFoundException when it is not here; it says how to get it
   */
  public ModelFiles find(String model) {
    return hub.resolve(model);
  }

  /**
   * The files of a model; one that is not here is pulled when {@code pull} says so, or when a
   * person at a terminal sees it happen and can stop it. Scripts are told how to get it instead, so
   * that none begins a long download by a slip of the pen.
   *
   * @throws ModelNotFoundException when it is not here and is not to be pulled
   */
  public ModelFiles findOrPull(String model, boolean pull) {
    try {
      return hub.resolve(model);
    } catch (ModelNotFoundException missing) {
      if (!missing.isPullable() || !(pull || console.canAsk())) {
        throw missing;
      }
      String size =
          missing
              .catalogueEntry()
              .map(entry -> " (" + Quantity.bytes(entry.bytes()) + ")")
              .orElse("");
      console
          .err()
          .printf(
              "%s is not on this machine yet; fetching it%s%n", PlainText.singleLine(model), size);
      return pull(model, PullOptions.DEFAULT).paths();
    }
  }

  /** Pulls with progress on standard error. */
  public StoredModel pull(String model, PullOptions options) {
    try (PullProgress progress = new PullProgress(console)) {
      return hub.pull(model, options, progress);
    }
  }

  /**
   * The model to use when none is named: the one of the store used last, else the one pulled last,
   * and the built-in one when there is none.
   */
  public ModelFiles preferred() {
    List<StoredModel> stored = hub.list();
    Optional<String> last = new LastModel(home()).read();
    return stored.stream()
        .filter(model -> last.isPresent() && model.name().value().equals(last.get()))
        .findFirst()
        .or(() -> stored.stream().max(Comparator.comparing(StoredModel::pulledAt)))
        .map(StoredModel::paths)
        .orElseGet(hub.builtIn()::paths);
  }

  /** Whether there is no model on this machine but the built-in one. */
  public boolean isFresh() {
    return hub.list().isEmpty();
  }

  /** Remembers the model for {@link #preferred}. */
  public void remember(ModelFiles model) {
    if (model.model().startsWith(hub.store().root())) {
      new LastModel(home()).write(model.name());
    }
  }
}
