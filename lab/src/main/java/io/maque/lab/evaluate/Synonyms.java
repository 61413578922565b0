package io.maque.lab.evaluate;

import io.maque.hub.json.Json;
import io.maque.hub.json.JsonValue;
import io.maque.lab.cases.Language;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Other common names of what answers name. */
final class Synonyms {
  private static final String FILE = "synonyms.json";
  private static final Map<Language, Map<String, List<String>>> NAMES = read();

  private Synonyms() {}

  /** Other names of an answer; none when the list has none. */
  static List<String> of(String answer, Language language) {
    return NAMES.get(language).getOrDefault(answer, List.of());
  }

  private static Map<Language, Map<String, List<String>>> read() {
    try (InputStream in = Synonyms.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("%s is missing beside %s".formatted(FILE, Synonyms.class));
      }
      JsonValue document = Json.read(ByteBuffer.wrap(in.readAllBytes()), FILE);
      Map<Language, Map<String, List<String>>> names = new EnumMap<>(Language.class);
      for (Language language : Language.values()) {
        names.put(language, names(document.at(language.key())));
      }
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<String>> names(JsonValue entries) {
    Map<String, List<String>> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    entries
        .fields()
        .forEach((name, others) ->
            names.put(
                name,
                others.elements().stream().map(other -> other.asText().orElseThrow()).toList()));
    return names;
  }
}
