package io.maque.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.cli.console.Console;
import io.maque.cli.console.ExitCode;
import io.maque.cli.console.Json;
import io.maque.cli.console.PlainText;
import io.maque.cli.console.Quantity;
import io.maque.cli.models.Demonstration;
import io.maque.cli.models.Models;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.hub.reference.StoreName;
import io.maque.hub.store.StoredModel;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code list}: the models of this machine, or those that can be pulled by name. */
@Command(header = "Models on this machine")
public final class ListCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--catalogue", description = "Models that can be pulled by name.")
  private boolean catalogue;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  public ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Models models = new Models(console);
    if (catalogue) {
      listCatalogue(models.hub().catalogue().entries());
    } else {
      listStore(models);
    }
    return ExitCode.DONE;
  }

  private void listStore(Models models) {
    List<StoredModel> stored = models.hub().list();
    // A model that the user stored under its name is listed in its place.
    List<BuiltInModel> builtIn =
        stored.stream().anyMatch(model -> model.name().equals(BuiltInModel.NAME))
            ? List.of()
            : List.of(models.hub().builtIn());
    if (json) {
      Json.printObject(
          console.out(),
          generator -> {
            generator.writeStringField("store", models.hub().store().root().toString());
            generator.writeArrayFieldStart("models");
            Json.writeObjects(generator, stored, StoredModels::write);
            Json.writeObjects(generator, builtIn, StoredModels::write);
            generator.writeEndArray();
          });
      return;
    }
    stored.forEach(model -> row(model.name(), model.bytes(), PlainText.singleLine(model.source())));
    builtIn.forEach(model -> row(BuiltInModel.NAME, model.bytes(), StoredModels.BUILT_IN));
    if (stored.isEmpty()) {
      new Demonstration(console).suggest();
    }
  }

  private void row(StoreName name, long bytes, String source) {
    console.out().printf("%-28s  %9s  %s%n", name, Quantity.bytes(bytes), source);
  }

  private void listCatalogue(List<CatalogueEntry> entries) {
    if (json) {
      Json.printObject(
          console.out(),
          generator -> Json.writeArray(generator, "models", entries, ListCommand::write));
      return;
    }
    for (CatalogueEntry entry : entries) {
      console
          .out()
          .printf(
              "%-28s  %11s  %9s  %s%n",
              entry.name(),
              entry.parameters(),
              entry.isPullable() ? Quantity.bytes(entry.bytes()) : "-",
              entry.note());
    }
  }

  private static void write(JsonGenerator json, CatalogueEntry entry) throws IOException {
    json.writeStringField("name", entry.name().value());
    json.writeStringField("title", entry.title());
    json.writeStringField("kind", entry.kind().name().toLowerCase(Locale.ROOT));
    json.writeStringField("architecture", entry.architecture());
    json.writeStringField("parameters", entry.parameters());
    json.writeStringField("licence", entry.licence());
    json.writeNumberField("bytes", entry.bytes());
    json.writeNumberField("memoryBytes", entry.memoryBytes());
    json.writeBooleanField("pullable", entry.isPullable());
    json.writeStringField("note", entry.note());
  }
}
