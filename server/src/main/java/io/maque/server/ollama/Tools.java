package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.Tool;
import io.maque.server.http.Json;
import io.maque.server.http.JsonFields;
import io.maque.server.tools.ToolUse;
import io.maque.server.tools.ToolUse.Choice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code tools} of a chat; whether one is called the model decides. */
final class Tools {
  private static final int MAX_TOOLS = 128;

  private Tools() {}

  static ToolUse read(JsonFields body) {
    List<JsonNode> nodes = body.array("tools");
    if (nodes.isEmpty()) {
      // Ollama's own library always sends the field.
      return ToolUse.NONE;
    }
    if (nodes.size() > MAX_TOOLS) {
      throw JsonFields.invalid(
          "tools", "expected at most %d, found %d".formatted(MAX_TOOLS, nodes.size()));
    }
    List<Tool> tools = new ArrayList<>();
    Map<String, JsonNode> schemas = new LinkedHashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      JsonFields function = function(JsonFields.at("tools[" + i + "]", nodes.get(i)));
      String name = function.requiredString("name");
      JsonNode schema = function.any("parameters").orElseGet(Json::object);
      if (schemas.put(name, schema) != null) {
        throw JsonFields.invalid(
            function.path("name"), "expected another name, %s is there already".formatted(name));
      }
      tools.add(
          new Tool(
              name,
              function.string("description").orElse(""),
              JsonFields.at(function.path("parameters"), schema).toMap()));
      function.end();
    }
    return new ToolUse(tools, schemas, Set.of(), Choice.AUTO, true);
  }

  private static JsonFields function(JsonFields tool) {
    tool.oneOf("type", List.of("function"));
    JsonFields function = JsonFields.at(tool.path("function"), tool.required("function"));
    tool.end();
    return function;
  }
}
