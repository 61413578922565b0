package io.maque.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

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
    java.io.StringWriter text = new java.io.StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      content.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
  }
}
