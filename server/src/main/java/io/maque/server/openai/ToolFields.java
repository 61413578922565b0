package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.maque.chat.Tool;
import io.maque.server.http.HttpException;
import io.maque.server.http.Json;
import io.maque.server.http.JsonFields;
import io.maque.server.tools.ToolUse;
import io.maque.server.tools.ToolUse.Choice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code tools}, {@code tool_choice} and {@code parallel_tool_calls} of a chat completion. */
final class ToolFields {
  private static final int MAX_TOOLS = 128;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  private final List<Tool> tools = new ArrayList<>();
  private final Map<String, JsonNode> schemas = new LinkedHashMap<>();
  private final Set<String> strict = new HashSet<>();

  private ToolFields() {}

  static ToolUse read(JsonFields body) {
    ToolFields fields = new ToolFields();
    List<JsonNode> nodes = body.array("tools");
    if (nodes.size() > MAX_TOOLS) {
      throw JsonFields.invalid(
          "tools", "expected at most %d, found %d".formatted(MAX_TOOLS, nodes.size()));
    }
    for (int i = 0; i < nodes.size(); i++) {
      fields.add(JsonFields.at("tools[" + i + "]", nodes.get(i)));
    }
    boolean parallel = body.flag("parallel_tool_calls", true);
    Choice choice = fields.choice(body);
    return nodes.isEmpty()
        ? ToolUse.NONE
        : new ToolUse(fields.tools, fields.schemas, fields.strict, choice, parallel);
  }

  private void add(JsonFields tool) {
    tool.required("type");
    tool.oneOf("type", List.of("function"));
    JsonFields function = JsonFields.at(tool.path("function"), tool.required("function"));
    tool.end();
    String name = function.requiredString("name");
    if (!NAME.matcher(name).matches()) {
      throw JsonFields.invalid(function.path("name"), "expected up to 64 letters, digits, _ and -");
    }
    String description = function.string("description").orElse("");
    JsonNode schema = function.any("parameters").orElseGet(ToolFields::noParameters);
    JsonFields parameters = JsonFields.at(function.path("parameters"), schema);
    if (function.flag("strict", false)) {
      strict.add(name);
    }
    function.end();
    if (schemas.put(name, schema) != null) {
      throw JsonFields.invalid(
          function.path("name"), "expected another name, %s is there already".formatted(name));
    }
    tools.add(new Tool(name, description, parameters.toMap()));
  }

  private static JsonNode noParameters() {
    return Json.object()
        .put("type", "object")
        .set("properties", JsonNodeFactory.instance.objectNode());
  }

  private Choice choice(JsonFields body) {
    JsonNode node = body.any("tool_choice").orElse(null);
    if (node == null) {
      return Choice.AUTO;
    }
    if (node.isObject()) {
      JsonFields named = JsonFields.at("tool_choice", node);
      named.required("type");
      named.oneOf("type", List.of("function"));
      JsonFields function = JsonFields.at(named.path("function"), named.required("function"));
      named.end();
      String name = function.requiredString("name");
      function.end();
      if (!schemas.containsKey(name)) {
        throw JsonFields.invalid(
            function.path("name"),
            "expected the name of one of the tools, found " + JsonFields.quoted(name));
      }
      return Choice.oneOf(Set.of(name));
    }
    return switch (body.oneOf("tool_choice", List.of("none", "auto", "required")).orElseThrow()) {
      case "none" -> Choice.NO_CALL;
      case "auto" -> Choice.AUTO;
      default -> {
        if (schemas.isEmpty()) {
          throw HttpException.badField(
              "missing_required_parameter", "tools", "tool_choice required needs tools");
        }
        yield Choice.oneOf(schemas.keySet());
      }
    };
  }
}
