package io.maque.hub.catalogue;

import io.maque.hub.catalogue.CatalogueEntry.Kind;
import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.FileRole;
import io.maque.hub.reference.ModelReference;
import io.maque.hub.reference.StoreName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The models Maque knows by name, in the order in which they are shown. */
public final class Catalogue {
  private static final String RESOURCE = "catalogue.json";

  private final List<CatalogueEntry> entries;

  private Catalogue(List<CatalogueEntry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** Read when first needed: opening a model by its path should cost nothing here. */
  private static final class Shipped {
    static final Catalogue CATALOGUE = load();
  }

  /** The catalogue that ships with Maque. */
  public static Catalogue shipped() {
    return Shipped.CATALOGUE;
  }

  private static Catalogue load() {
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
    return new Catalogue(
        Json.read(json, "catalogue").at("models").elements().stream()
            .map(Catalogue::entry)
            .toList());
  }

  /** All entries. */
  public List<CatalogueEntry> entries() {
    return entries;
  }

  /** The entry of that name, or empty. */
  public Optional<CatalogueEntry> find(StoreName name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
  }

  /**
   * What somebody without a model may begin with: the largest text model that suits a machine, and
   * the largest that reads images.
   *
   * @param language BCP 47 tag of a language that they must know
   * @param memoryBytes what a model may take
   */
  public List<CatalogueEntry> suggestions(String language, long memoryBytes, int processors) {
    return Stream.of(Kind.TEXT, Kind.VISION)
        .flatMap(kind ->
            entries.stream()
                .filter(entry -> entry.kind() == kind && entry.languages().contains(language))
                .filter(entry -> entry.suits(memoryBytes, processors))
                .max(Comparator.comparingLong(CatalogueEntry::memoryBytes))
                .stream())
        .toList();
  }

  private static CatalogueEntry entry(JsonValue model) {
    List<ModelReference> sources =
        texts(model.at("sources")).stream().map(ModelReference::parse).toList();
    List<CatalogueFile> files = model.at("files").elements().stream().map(Catalogue::file).toList();
    return new CatalogueEntry(
        new StoreName(model.text("name")),
        model.text("title"),
        Kind.valueOf(model.text("kind").toUpperCase(Locale.ROOT)),
        model.text("architecture"),
        model.text("parameters"),
        model.text("licence"),
        texts(model.at("languages")),
        model.count("memoryBytes"),
        model.has("suggestedFrom") ? (int) model.count("suggestedFrom") : 0,
        files,
        sources,
        model.findText("note").orElse(""));
  }

  private static List<String> texts(JsonValue array) {
    return array.elements().stream().flatMap(element -> element.asText().stream()).toList();
  }

  private static CatalogueFile file(JsonValue file) {
    boolean exact = file.has("bytes");
    return new CatalogueFile(
        file.text("name"),
        FileRole.valueOf(file.text("role").toUpperCase(Locale.ROOT)),
        file.count(exact ? "bytes" : "approximateBytes"),
        exact,
        file.findText("sha256"));
  }
}
