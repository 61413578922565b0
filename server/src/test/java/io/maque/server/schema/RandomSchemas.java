package io.maque.server.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** Schemas with everything that is supported, put together at random. */
final class RandomSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PATTERNS =
      List.of(
          "^[A-Z]{2,3}-\\\\d+$",
          "a|^c$",
          "^(\\\\w|[^a-z\\\\s])*$",
          "\\\\S+@\\\\S",
          "^.{2,40}\\\\.$",
          "^\\\"?x*\\\"?$",
          "^[\\\\u00e0-\\\\u00ff]{1,300}$");

  private final Random random;

  RandomSchemas(Random random) {
    this.random = random;
  }

  /** A schema with definitions that schemas below may refer to. */
  JsonNode document() {
    ObjectNode schema = schema(3);
    ObjectNode defs = schema.putObject("$defs");
    defs.set(
        "list",
        parse(
            "{'type':'object','properties':{'value':{'type':'integer','minimum':1},"
                + "'next':{'anyOf':[{'$ref':'#/$defs/list'},{'type':'null'}]}},"
                + "'required':['value','next'],'additionalProperties':false}"));
    defs.set("na/me~", parse("{'enum':['a\\\"b', 1.5, null, {'k':[true]}, 'é\\n']}"));
    return schema;
  }

  static ObjectNode parse(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private ObjectNode schema(int depth) {
    int kind = random.nextInt(depth == 0 ? 7 : 12);
    return switch (kind) {
      case 0 -> string();
      case 1 -> number("integer");
      case 2 -> number("number");
      case 3 -> parse("{'type':['boolean','null'],'title':'t','description':'d','default':true}");
      case 4 -> parse("{'$ref':'#/$defs/list'}");
      case 5 -> parse("{'$ref':'#/$defs/na~1me~0'}");
      case 6 -> parse("{'type':['string','integer'],'maxLength':12,'minimum':-5}");
      case 7 -> array(depth);
      case 8 -> combined("anyOf", depth);
      case 9 -> oneOf(depth);
      default -> object(depth);
    };
  }

  private ObjectNode string() {
    return switch (random.nextInt(6)) {
      case 0 -> parse("{'type':'string'}");
      case 1 -> {
        int min = random.nextInt(20);
        yield parse(
            "{'type':'string','minLength':%d,'maxLength':%d}"
                .formatted(min, min + random.nextInt(600)));
      }
      case 2 ->
          parse(
              "{'type':'string','pattern':'%s'}"
                  .formatted(PATTERNS.get(random.nextInt(PATTERNS.size()))));
      case 3 ->
          parse(
              "{'type':'string','format':'%s'}"
                  .formatted(
                      List.of("date", "time", "date-time", "uuid", "email", "ipv4")
                          .get(random.nextInt(6))));
      case 4 -> parse("{'type':'string','pattern':'^[a-z ]*$','minLength':3,'maxLength':9}");
      default -> parse("{'enum':['red','green','dark \\\\ \\\"blue\\\"','',7],'type':'string'}");
    };
  }

  private ObjectNode number(String type) {
    ObjectNode schema = parse("{'type':'%s'}".formatted(type));
    double low = bound();
    double high = low + Math.abs(bound()) + 2;
    if (random.nextBoolean()) {
      schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", low);
    }
    if (random.nextBoolean()) {
      schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", high);
    }
    return schema;
  }

  private double bound() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(2000) - 1000;
      case 2 -> (random.nextInt(2000) - 1000) / 16.0;
      default -> (random.nextInt() * 1000.0);
    };
  }

  private ObjectNode array(int depth) {
    ObjectNode schema = parse("{'type':'array'}");
    if (random.nextInt(3) == 0) {
      ArrayNode prefix = schema.putArray("prefixItems");
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        prefix.add(schema(depth - 1));
      }
    }
    if (random.nextInt(4) > 0) {
      schema.set("items", schema(depth - 1));
    }
    int min = random.nextInt(3);
    if (random.nextBoolean()) {
      schema.put("minItems", min);
    }
    if (random.nextBoolean()) {
      schema.put("maxItems", min + (random.nextInt(5) == 0 ? 1_000_000_000 : random.nextInt(4)));
    }
    return schema;
  }

  private ObjectNode combined(String keyword, int depth) {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode options = schema.putArray(keyword);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      options.add(schema(depth - 1));
    }
    return schema;
  }

  private ObjectNode oneOf(int depth) {
    ObjectNode schema = JSON.createObjectNode();
    ArrayNode options = schema.putArray("oneOf");
    for (int i = 0; i < 3; i++) {
      ObjectNode option = parse("{'type':'object','required':['kind']}");
      ObjectNode properties = option.putObject("properties");
      properties.putObject("kind").put("const", "k" + i);
      properties.set("x", schema(depth - 1));
      options.add(option);
    }
    return schema;
  }

  private ObjectNode object(int depth) {
    ObjectNode schema = parse("{'type':'object'}");
    ObjectNode properties = JSON.createObjectNode();
    ArrayNode required = JSON.createArrayNode();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      String name = List.of("a", "ab", "naïve", "with \"quote\"", "x").get(i);
      properties.set(name, schema(depth - 1));
      if (random.nextBoolean()) {
        required.add(name);
      }
    }
    if (count > 0 || random.nextBoolean()) {
      schema.set("properties", properties);
      schema.set("required", required);
    }
    switch (random.nextInt(4)) {
      case 0 -> schema.put("additionalProperties", false);
      case 1 -> schema.put("additionalProperties", true);
      case 2 -> schema.set("additionalProperties", schema(0));
      default -> {}
    }
    return schema;
  }
}
