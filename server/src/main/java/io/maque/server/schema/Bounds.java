package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Bounds of lengths. */
final class Bounds {
  private Bounds() {}

  /** The whole number under {@code keyword}, or {@code otherwise}. */
  static int read(ObjectNode schema, String pointer, String keyword, int otherwise) {
    JsonNode value = schema.get(keyword);
    if (value == null) {
      return otherwise;
    }
    boolean whole =
        value.isIntegralNumber() || value.isNumber() && value.canConvertToExactIntegral();
    if (!whole || !value.canConvertToInt() || value.intValue() < 0) {
      throw new UnsupportedSchemaException(
          pointer + "/" + keyword,
          "expected a whole number from 0 to %d".formatted(Integer.MAX_VALUE));
    }
    return value.intValue();
  }

  static void requireOrder(int min, int max, String pointer, String least, String most) {
    if (min > max) {
      throw new UnsupportedSchemaException(
          pointer + "/" + least, "expected %s to be at most %s".formatted(least, most));
    }
  }
}
