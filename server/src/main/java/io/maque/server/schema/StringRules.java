package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maque.grammar.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Strings with {@code minLength}, {@code maxLength}, {@code pattern} and {@code format}. */
final class StringRules {
  /** Formats as patterns. Days exist, leap years included; addresses are of the usual kind. */
  private static final Map<String, String> FORMATS = new TreeMap<>(formats());

  private StringRules() {}

  private static Map<String, String> formats() {
    String leapYear = "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
    String date =
        "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)"
            + "|02-(0[1-9]|1\\d|2[0-8]))|"
            + leapYear
            + "-02-29)";
    String time =
        "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
    String byteValue = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    String label = "[A-Za-z0-9]{1,20}(-[A-Za-z0-9]{1,20})?";
    return Map.of(
        "date",
        date,
        "time",
        time,
        "date-time",
        date + "T" + time,
        "uuid",
        "[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}",
        "email",
        "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9_+-]{1,20})?@(" + label + "\\.){1,3}[A-Za-z]{2,20}",
        "ipv4",
        "(" + byteValue + "\\.){3}" + byteValue);
  }

  static Expression read(ObjectNode schema, String pointer) {
    int min = Bounds.read(schema, pointer, "minLength", 0);
    int max = Bounds.read(schema, pointer, "maxLength", Expression.UNBOUNDED);
    Bounds.requireOrder(min, max, pointer, "minLength", "maxLength");
    List<Expression> all = new ArrayList<>();
    if (schema.has("pattern")) {
      all.add(PatternParser.parse(text(schema, pointer, "pattern"), pointer + "/pattern"));
    }
    if (schema.has("format")) {
      String format = FORMATS.get(text(schema, pointer, "format"));
      if (format == null) {
        throw new UnsupportedSchemaException(
            pointer + "/format",
            "format %s is not supported; those that are: %s"
                .formatted(schema.get("format"), String.join(", ", FORMATS.keySet())));
      }
      all.add(PatternParser.parse("^(" + format + ")$", pointer + "/format"));
    }
    if (min == 0 && max == Expression.UNBOUNDED && all.isEmpty()) {
      return JsonRules.STRING;
    }
    if (min > 0 || max < Expression.UNBOUNDED) {
      all.add(Expression.repeat(JsonRules.CHARACTER, min, max));
    }
    return JsonRules.quoted(all.stream().reduce(Expression.Both::new).orElseThrow());
  }

  private static String text(ObjectNode schema, String pointer, String keyword) {
    JsonNode value = schema.get(keyword);
    if (!value.isTextual()) {
      throw new UnsupportedSchemaException(pointer + "/" + keyword, "expected a string");
    }
    return value.textValue();
  }
}
