package io.maque.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON as it comes in, strictly, and as it goes out: records with their components in snake case.
 */
public final class Json {
  /** Deeper than any sensible request, shallow enough for every thread's stack. */
  static final int MAX_DEPTH = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(1000)
                          // The size of the body is the limit.
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  private Json() {}

  /** An empty object to fill. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * A document of UTF-8 bytes.
   *
   * @throws HttpException 400 when it is no JSON, is nested too deeply or names a field twice
   */
  static JsonNode parse(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return MAPPER.readTree(text);
    } catch (CharacterCodingException e) {
      throw notJson("it is not UTF-8");
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw notJson(firstLine(e.getOriginalMessage()) + where);
    }
  }

  /** A document in a text; empty when it is none, is nested too deeply or names a field twice. */
  public static Optional<JsonNode> parseText(String text) {
    try {
      return Optional.of(MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static HttpException notJson(String why) {
    return new HttpException(400, "invalid_json", "", "the body is not a JSON document: " + why);
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** UTF-8 bytes of a record, map, list or tree. */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
    }
  }

  /** The tree of a record, map or list. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** Strings, numbers, booleans, lists and maps for a tree; null stays null. */
  public static Object plain(JsonNode node) {
    return MAPPER.convertValue(node, Object.class);
  }
}
