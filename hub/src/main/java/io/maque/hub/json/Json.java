package io.maque.hub.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.maque.hub.reference.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads JSON from outside: shallow, without duplicate keys, nothing after the document. */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(1 << 20)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** Parses {@code bytes}, or answers empty when they are not JSON. */
  public static Optional<JsonNode> find(ByteBuffer bytes) {
    try {
      return Optional.of(read(bytes, ""));
    } catch (MalformedJsonException notJson) {
      return Optional.empty();
    }
  }

  /** Parses {@code bytes}; {@code where} begins the message when they are not JSON. */
  public static JsonNode read(ByteBuffer bytes, String where) {
    try {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      JsonNode document = MAPPER.readTree(copy);
      if (document.isMissingNode()) {
        throw new MalformedJsonException(where + ": empty, expected a JSON document");
      }
      return document;
    } catch (IOException fault) {
      throw new MalformedJsonException(
          "%s: not a JSON document (%s)"
              .formatted(where, Quoted.shorten(String.valueOf(fault.getMessage()))),
          fault);
    }
  }

  /** The text under {@code field}, or a {@link MalformedJsonException} that names it. */
  public static String text(JsonNode node, String field, String where) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new MalformedJsonException(
          "%s: \"%s\" is %s, expected a text".formatted(where, field, kind(value)));
    }
    return value.textValue();
  }

  /**
   * The non-negative integer under {@code field}, or a {@link MalformedJsonException} that names
   * it.
   */
  public static long count(JsonNode node, String field, String where) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw new MalformedJsonException(
          "%s: \"%s\" is %s, expected a whole number of at least 0"
              .formatted(where, field, kind(value)));
    }
    return value.longValue();
  }

  private static String kind(JsonNode value) {
    return value.isMissingNode() ? "missing" : Quoted.shorten(value.toString());
  }
}
