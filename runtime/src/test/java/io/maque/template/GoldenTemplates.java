package io.maque.template;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;

/** The golden files, and how they were rendered. */
final class GoldenTemplates {
  /** The time that the reference saw. */
  static final RenderOptions OPTIONS =
      RenderOptions.at(ZonedDateTime.of(2025, 3, 14, 9, 26, 53, 123_456_000, ZoneOffset.UTC));

  private GoldenTemplates() {}

  static Map<?, ?> read(InputStream json) {
    try (json) {
      return new ObjectMapper().readValue(json, Map.class);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static Map<?, ?> read(String name) {
    return read(GoldenTemplates.class.getResourceAsStream("/golden/template/" + name));
  }

  /** The context of a JSON document. */
  @SuppressWarnings("unchecked")
  static Map<String, Object> context(Object json) {
    return (Map<String, Object>) json;
  }

  /** The rendered text, or null when the template fails. */
  static String render(String source, Map<String, Object> context) {
    try {
      return Template.parse(source).render(context, OPTIONS);
    } catch (TemplateException expected) {
      return null;
    }
  }
}
