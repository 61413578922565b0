package io.maque.hub.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.hub.catalogue.CatalogueEntry.Kind;
import io.maque.hub.json.Json;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The models Maque knows by name, in the order in which they are shown. */
public final class Catalogue {
  private static final String RESOURCE = "catalogue.json";

  private final List<CatalogueEntry> entries;

  private Catalogue(List<CatalogueEntry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** The catalogue that ships with Maque. */
  public static Catalogue load() {
    try (InputStream stream = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the hub's jar");
      }
      return parse(ByteBuffer.wrap(stream.readAllBytes()));
    } catch (IOException fault) {
      throw new UncheckedIOException(fault);
    }
  }

  /** Reads a catalogue from JSON. */
  public static Catalogue parse(ByteBuffer json) {
    List<CatalogueEntry> entries = new ArrayList<>();
    for (JsonNode model : Json.read(json, "catalogue").path("models")) {
      entries.add(entry(model));
    }
    return new Catalogue(entries);
  }

  /** All entries. */
  public List<CatalogueEntry> entries() {
    return entries;
  }

  /** The entry of that name, or empty. */
  public Optional<CatalogueEntry> find(StoreName name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  private static CatalogueEntry entry(JsonNode model) {
    String where = "catalogue: " + Json.text(model, "name", "catalogue");
    List<ModelReference> sources = new ArrayList<>();
    model.path("sources").forEach(source -> sources.add(ModelReference.parse(source.asText())));
    List<String> languages = new ArrayList<>();
    model.path("languages").forEach(language -> languages.add(language.asText()));
    List<CatalogueFile> files = new ArrayList<>();
    model.path("files").forEach(file -> files.add(file(file, where)));
    return new CatalogueEntry(
        new StoreName(Json.text(model, "name", where)),
        Json.text(model, "title", where),
        Kind.valueOf(Json.text(model, "kind", where).toUpperCase(Locale.ROOT)),
        Json.text(model, "architecture", where),
        Json.text(model, "parameters", where),
        Json.text(model, "licence", where),
        languages,
        Json.count(model, "memoryBytes", where),
        files,
        sources,
        model.path("note").asText());
  }

  private static CatalogueFile file(JsonNode file, String where) {
    boolean exact = file.has("bytes");
    return new CatalogueFile(
        Json.text(file, "name", where),
        FileRole.valueOf(Json.text(file, "role", where).toUpperCase(Locale.ROOT)),
        Json.count(file, exact ? "bytes" : "approximateBytes", where),
        exact,
        file.has("sha256") ? Optional.of(Json.text(file, "sha256", where)) : Optional.empty());
  }
}
