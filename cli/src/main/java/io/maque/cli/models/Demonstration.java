package io.maque.cli.models;

import io.maque.cli.console.Console;
import io.maque.cli.console.Quantity;
import io.maque.hub.builtin.BuiltInModel;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.server.router.Suggestions;
import java.util.List;
import java.util.stream.Stream;

/** What is said, on standard error, where the built-in model answers or nothing else is there. */
public final class Demonstration {
  private final Console console;

  public Demonstration(Console console) {
    this.console = console;
  }

  /** Nobody is to take it for more than it is. */
  public void introduce() {
    console
        .err()
        .printf(
            "%s is the demonstration model that comes with Maque: it reads simple pictures, such as"
                + " the samples on the page of 'maque serve', and knows nothing of the world%n",
            BuiltInModel.NAME);
  }

  /** What to fetch on this machine; nothing where no model of the catalogue fits. */
  public void suggest() {
    List<CatalogueEntry> models = Suggestions.ofThisMachine(language());
    if (models.isEmpty()) {
      return;
    }
    console.err().println("for real questions, fetch a model that suits this machine:");
    for (CatalogueEntry model : models) {
      console
          .err()
          .printf(
              "  maque pull %-28s %s, %s%n",
              model.name(),
              Quantity.bytes(model.bytes()),
              model.kind() == CatalogueEntry.Kind.VISION ? "reads images" : "text only");
    }
  }

  /** The user's, as far as models of the catalogue differ in it. */
  private String language() {
    return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
        .map(variable -> console.environment().getOrDefault(variable, ""))
        .filter(locale -> !locale.isEmpty())
        .findFirst()
        .filter(locale -> locale.startsWith("zh"))
        .map(_ -> "zh")
        .orElse("en");
  }
}
