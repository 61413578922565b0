package io.maque.server.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Which keywords a schema may have, by what kind of schema it is. */
final class Keywords {
  /** What says nothing about the value. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "discriminator");

  static final List<String> OBJECT = List.of("properties", "required", "additionalProperties");
  static final List<String> ARRAY = List.of("items", "prefixItems", "minItems", "maxItems");
  static final List<String> STRING = List.of("minLength", "maxLength", "pattern", "format");
  static final List<String> NUMBER =
      List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private static final Set<String> TYPED = new HashSet<>();

  static {
    TYPED.add("type");
    TYPED.add("uniqueItems");
    List.of(OBJECT, ARRAY, STRING, NUMBER).forEach(TYPED::addAll);
  }

  private Keywords() {}

  static boolean any(ObjectNode schema, List<String> keywords) {
    return keywords.stream().anyMatch(schema::has);
  }

  /** Refuses everything but annotations, {@code type} and the keywords of types. */
  static void requireTyped(ObjectNode schema, String pointer) {
    require(schema, pointer, TYPED, "is not supported");
    if (schema.path("uniqueItems").asBoolean(false)) {
      throw new UnsupportedSchemaException(
          pointer + "/uniqueItems", "uniqueItems is not supported: check the answer for it");
    }
  }

  /** Refuses everything but annotations beside {@code keyword}. */
  static void requireAlone(ObjectNode schema, String pointer, String keyword, String... others) {
    Set<String> allowed = new HashSet<>(List.of(others));
    allowed.add(keyword);
    require(schema, pointer, allowed, "is not supported beside " + keyword);
  }

  private static void require(
      ObjectNode schema, String pointer, Set<String> allowed, String problem) {
    for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!allowed.contains(name) && !ANNOTATIONS.contains(name)) {
        throw new UnsupportedSchemaException(
            pointer + "/" + escape(name), "the keyword %s %s".formatted(shortened(name), problem));
      }
    }
  }

  /** A name as a JSON pointer (RFC 6901) spells it. */
  static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** A name as a message shows it. */
  static String shortened(String name) {
    String line = name.replaceAll("\\p{Cntrl}", "�");
    return line.length() <= 100 ? line : line.substring(0, 97) + "...";
  }
}
