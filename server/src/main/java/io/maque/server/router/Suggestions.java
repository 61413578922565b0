package io.maque.server.router;

import io.maque.hub.catalogue.Catalogue;
import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.kernel.Machine;
import java.util.List;

/** What to fetch on a machine that has no model yet. */
public final class Suggestions {
  private Suggestions() {}

  /**
   * At most one text model and one that reads images, within the memory that models may have here
   * when nobody says otherwise.
   *
   * @param language BCP 47 tag of a language that they must know
   */
  public static List<CatalogueEntry> ofThisMachine(String language) {
    return Catalogue.shipped()
        .suggestions(language, MemorySize.defaultBudgetBytes(), Machine.current().processors());
  }
}
