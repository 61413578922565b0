package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.schema.ResponseFormat;
import io.maque.server.schema.UnsupportedSchemaException;
import java.util.Optional;

/** {@code format}: {@code "json"} for any JSON object, or a schema. */
final class Format {
  private Format() {}

  /** What an answer must be; empty for any text. */
  static Optional<ResponseFormat> read(JsonFields body) {
    JsonNode format = body.any("format").orElse(null);
    if (format == null || format.isTextual() && format.textValue().isEmpty()) {
      return Optional.empty();
    }
    if (format.isTextual() && format.textValue().equals("json")) {
      return Optional.of(ResponseFormat.JSON_OBJECT);
    }
    if (!format.isObject()) {
      throw JsonFields.wrongType("format", "'json' or a JSON schema", format);
    }
    try {
      return Optional.of(new ResponseFormat(format).requireSupported());
    } catch (UnsupportedSchemaException e) {
      throw HttpException.badField("unsupported_schema", "format", e.getMessage());
    }
  }
}
