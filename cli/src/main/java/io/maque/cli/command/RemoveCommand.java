package io.maque.cli.command;

import io.maque.cli.console.CommandFailedException;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Quantity;
import io.maque.cli.models.Models;
import io.maque.hub.Hub;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.reference.StoreName;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rm}: deletes models of the store, all of those named or none. */
@Command(header = "Delete models from the local store")
public final class RemoveCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "1..*",
      description = "Name in the store, as 'maque list' shows it.")
  private List<String> names;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  /** A model, sound or broken, or what a killed pull left of one. */
  private record Doomed(StoreName name, long bytes) {}

  public RemoveCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Hub hub = new Models(console).hub();
    List<Doomed> doomed = new ArrayList<>();
    for (String text : names) {
      StoreName name = StoreName.of(text);
      long bytes =
          hub.store().occupied(name).orElseThrow(() -> new CommandFailedException(refusal(name)));
      doomed.add(new Doomed(name, bytes));
    }
    if (!yes && !confirmed(doomed)) {
      console.err().println("nothing was deleted");
      return ExitCode.FAILED;
    }
    for (Doomed model : doomed) {
      hub.remove(model.name().value());
      console.err().printf("deleted %s (%s)%n", model.name(), Quantity.bytes(model.bytes()));
    }
    return ExitCode.DONE;
  }

  private static String refusal(StoreName name) {
    return name.equals(BuiltInModel.NAME)
        ? "%s is built in: it is a part of the program and cannot be deleted".formatted(name)
        : "no model %s in the store; 'maque list' shows what there is".formatted(name);
  }

  private boolean confirmed(List<Doomed> doomed) {
    if (!console.canAsk()) {
      throw new ParameterException(
          spec.commandLine(), "rm asks before it deletes; without a terminal, say --yes");
    }
    for (Doomed model : doomed) {
      console.err().printf("  %s  %s%n", model.name(), Quantity.bytes(model.bytes()));
    }
    return console.confirm("Delete?");
  }
}
