package io.maque.server.openai;

import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.schema.ResponseFormat;
import io.maque.server.schema.UnsupportedSchemaException;
import java.util.List;
import java.util.Optional;

/** {@code response_format} of a chat completion. */
final class ResponseFormatField {
  private ResponseFormatField() {}

  /** What an answer must be; empty for any text. */
  static Optional<ResponseFormat> read(JsonFields body) {
    JsonFields format = body.object("response_format").orElse(null);
    if (format == null) {
      return Optional.empty();
    }
    format.required("type");
    String type = format.oneOf("type", List.of("text", "json_object", "json_schema")).orElseThrow();
    Optional<ResponseFormat> read =
        switch (type) {
          case "text" -> Optional.empty();
          case "json_object" -> Optional.of(ResponseFormat.JSON_OBJECT);
          default -> Optional.of(schema(format));
        };
    format.end();
    return read;
  }

  private static ResponseFormat schema(JsonFields format) {
    JsonFields named = JsonFields.at(format.path("json_schema"), format.required("json_schema"));
    // Names and describes the schema to the model, which sees neither here.
    named.string("name");
    named.string("description");
    // Answers are always held to the schema.
    named.flag("strict", false);
    ResponseFormat read = new ResponseFormat(named.required("schema"));
    named.end();
    try {
      return read.requireSupported();
    } catch (UnsupportedSchemaException e) {
      throw HttpException.badField("unsupported_schema", named.path("schema"), e.getMessage());
    }
  }
}
