package io.maque.server.handler;

import io.maque.hub.catalogue.CatalogueEntry;
import io.maque.server.http.Endpoint;
import io.maque.server.http.Exchange;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** {@code GET /page/suggestions}: what the page tells somebody to fetch who has no model yet. */
public final class SuggestionsHandler implements Endpoint {
  private final Function<String, List<CatalogueEntry>> suggestions;

  /**
   * @param suggestions models for somebody who writes a language
   */
  public SuggestionsHandler(Function<String, List<CatalogueEntry>> suggestions) {
    this.suggestions = suggestions;
  }

  /** By the languages of the page. */
  private record Reply(List<Suggestion> en, List<Suggestion> zh) {}

  private record Suggestion(String name, String kind, long bytes) {}

  @Override
  public void handle(Exchange exchange) {
    exchange.reply(new Reply(of("en"), of("zh")));
  }

  private List<Suggestion> of(String language) {
    return suggestions.apply(language).stream()
        .map(entry ->
            new Suggestion(
                entry.name().value(), entry.kind().name().toLowerCase(Locale.ROOT), entry.bytes()))
        .toList();
  }
}
