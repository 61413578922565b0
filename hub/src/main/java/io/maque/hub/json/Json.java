package io.maque.hub.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.maque.hub.reference.Quoted;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads JSON from outside, bounded in depth and number of values, without duplicate keys and with
 * nothing after the document; writes the hub's own small documents.
 *
 * <p>Uses Jackson's parser and not its data binding, which would cost every start of the program a
 * third of a second to read one manifest.
 */
public final class Json {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_VALUES = 200_000;
  private static final int MAX_LARGE_VALUES = 10_000_000;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(1 << 20)
                  .maxNumberLength(64)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** For documents with as many names as values, which no later document has again. */
  private static final JsonFactory VOCABULARIES =
      FACTORY.rebuild().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES).build();

  private Json() {}

  /** Parses {@code bytes}, or answers empty when they are not JSON. */
  public static Optional<JsonValue> find(ByteBuffer bytes) {
    try {
      return Optional.of(read(bytes, ""));
    } catch (MalformedJsonException notJson) {
      return Optional.empty();
    }
  }

  /** Parses {@code bytes}; {@code where} begins the message when they are not JSON. */
  public static JsonValue read(ByteBuffer bytes, String where) {
    return read(FACTORY, bytes, where, MAX_VALUES);
  }

  /**
   * Parses {@code bytes} of a kind of document that holds more than a few values, such as a
   * vocabulary.
   */
  public static JsonValue readLarge(ByteBuffer bytes, String where) {
    return read(VOCABULARIES, bytes, where, MAX_LARGE_VALUES);
  }

  private static JsonValue read(
      JsonFactory factory, ByteBuffer bytes, String where, int maxValues) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    try (JsonParser parser = factory.createParser(copy)) {
      if (parser.nextToken() == null) {
        throw new MalformedJsonException(where + ": empty, expected a JSON document");
      }
      Object document = new Tree(parser, where, maxValues).value();
      if (parser.nextToken() != null) {
        throw new MalformedJsonException(where + ": something follows the JSON document");
      }
      return new JsonValue(where, document);
    } catch (IOException fault) {
      throw new MalformedJsonException(
          "%s: not a JSON document (%s)"
              .formatted(where, Quoted.shorten(String.valueOf(fault.getMessage()))),
          fault);
    }
  }

  /** Builds plain collections from the parser's tokens; its depth is bounded by the parser. */
  private static final class Tree {
    private final JsonParser parser;
    private final String where;
    private final int maxValues;
    private int values;

    Tree(JsonParser parser, String where, int maxValues) {
      this.parser = parser;
      this.where = where;
      this.maxValues = maxValues;
    }

    /** The value that begins with the current token. */
    Object value() throws IOException {
      if (++values > maxValues) {
        throw new MalformedJsonException(
            "%s: more than %d values, expected a short document".formatted(where, maxValues));
      }
      return switch (parser.currentToken()) {
        case START_OBJECT -> object();
        case START_ARRAY -> array();
        case VALUE_STRING -> parser.getText();
        case VALUE_NUMBER_INT -> integer();
        case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
        case VALUE_TRUE -> true;
        case VALUE_FALSE -> false;
        case VALUE_NULL -> null;
        default -> throw new MalformedJsonException(where + ": the document ends within a value");
      };
    }

    private Map<String, Object> object() throws IOException {
      Map<String, Object> fields = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, value());
      }
      return fields;
    }

    private List<Object> array() throws IOException {
      List<Object> elements = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value());
      }
      return elements;
    }

    /** A long, or a double where it does not fit, which then is no count. */
    private Object integer() throws IOException {
      boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (fits) {
        return parser.getLongValue();
      }
      return parser.getDoubleValue();
    }
  }

  /** The text of a document made of maps, lists, texts and numbers. */
  public static String write(Map<String, ?> document) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      generator.setPrettyPrinter(new DefaultPrettyPrinter());
      write(generator, document);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator generator, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        generator.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          generator.writeFieldName(entry.getKey().toString());
          write(generator, entry.getValue());
        }
        generator.writeEndObject();
      }
      case List<?> list -> {
        generator.writeStartArray();
        for (Object element : list) {
          write(generator, element);
        }
        generator.writeEndArray();
      }
      case Number number -> generator.writeNumber(number.longValue());
      default -> generator.writeString(value.toString());
    }
  }
}
