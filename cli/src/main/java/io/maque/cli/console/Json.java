package io.maque.cli.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;

/** Writes the one JSON document of a {@code --json} run. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes fields or elements. */
  @FunctionalInterface
  public interface Content {
    /** Writes to the open object. */
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Prints an object with the fields that {@code content} writes, then a line end. Built in whole
   * before the first byte is printed, so that a failure leaves standard output empty.
   */
  public static void printObject(PrintStream out, Content content) {
    print(
        out,
        json -> {
          json.writeStartObject();
          content.write(json);
          json.writeEndObject();
        });
  }

  /** As {@link #printObject}, for a document of any kind. */
  public static void print(PrintStream out, Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
  }

  /** Writes one element's fields. */
  @FunctionalInterface
  public interface Element<T> {
    /** Writes to the open object. */
    void write(JsonGenerator json, T element) throws IOException;
  }

  /** Writes a field that is an array of one object per element. */
  public static <T> void writeArray(
      JsonGenerator json, String field, List<T> elements, Element<T> fields) throws IOException {
    json.writeArrayFieldStart(field);
    writeObjects(json, elements, fields);
    json.writeEndArray();
  }

  /** Writes one object per element into the open array. */
  public static <T> void writeObjects(JsonGenerator json, List<T> elements, Element<T> fields)
      throws IOException {
    for (T element : elements) {
      json.writeStartObject();
      fields.write(json, element);
      json.writeEndObject();
    }
  }

  /** Writes a value made of strings, numbers, booleans, null, lists, maps and primitive arrays. */
  public static void writeValue(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Boolean truth -> json.writeBoolean(truth);
      case Long integer -> json.writeNumber(integer);
      case Integer integer -> json.writeNumber(integer);
      case Float number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object element : list) {
          writeValue(json, element);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          json.writeFieldName(entry.getKey().toString());
          writeValue(json, entry.getValue());
        }
        json.writeEndObject();
      }
      default -> {
        if (!value.getClass().isArray()) {
          throw new IllegalArgumentException("expected a JSON value, found " + value.getClass());
        }
        json.writeStartArray();
        for (int i = 0; i < Array.getLength(value); i++) {
          writeValue(json, Array.get(value, i));
        }
        json.writeEndArray();
      }
    }
  }
}
