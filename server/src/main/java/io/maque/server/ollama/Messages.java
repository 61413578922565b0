package io.maque.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.chat.ToolCall;
import io.maque.server.http.HttpException;
import io.maque.server.http.JsonFields;
import io.maque.server.picture.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code messages} of a chat to the messages that chat templates know. */
final class Messages {
  private static final List<String> ROLES = List.of("system", "user", "assistant", "tool");

  private final Pictures pictures;

  Messages(Pictures pictures) {
    this.pictures = pictures;
  }

  List<Message> read(JsonFields body) {
    List<JsonNode> nodes = body.array("messages");
    List<Message> messages = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      messages.add(message(JsonFields.at("messages[" + i + "]", nodes.get(i))));
    }
    return messages;
  }

  private Message message(JsonFields fields) {
    fields.required("role");
    String role = fields.oneOf("role", ROLES).orElseThrow();
    String content = fields.string("content").orElse("");
    boolean assistant = role.equals("assistant");
    String thinking = assistant ? fields.string("thinking").orElse("") : "";
    List<ToolCall> calls = assistant ? toolCalls(fields) : List.of();
    // Ollama pairs results with calls by order; the name of the tool is for templates that show it.
    String callId = role.equals("tool") ? fields.string("tool_call_id").orElse("") : "";
    fields.accept("tool_name", "tool_call_id", "thinking", "tool_calls");
    List<Part> parts = new ArrayList<>(images(pictures, fields));
    fields.end();
    if (!parts.isEmpty() && !role.equals("user")) {
      throw JsonFields.invalid(
          fields.path("images"), "expected images in messages of the user only");
    }
    if (!content.isEmpty()) {
      parts.add(new Part.Text(content));
    }
    return new Message(role, parts, thinking, calls, callId);
  }

  /** The pictures in {@code images}, which are base64. */
  static List<Part.Image> images(Pictures pictures, JsonFields fields) {
    List<JsonNode> nodes = fields.array("images");
    List<Part.Image> images = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      String path = fields.path("images") + "[" + i + "]";
      byte[] file = pictures.ofBase64(path, JsonFields.string(path, nodes.get(i)));
      images.add(new Part.Image(file, ImageDetail.AUTO));
    }
    return images;
  }

  private static List<ToolCall> toolCalls(JsonFields fields) {
    List<JsonNode> nodes = fields.array("tool_calls");
    List<ToolCall> calls = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      String path = fields.path("tool_calls") + "[" + i + "]";
      JsonFields call = JsonFields.at(path, nodes.get(i));
      String id = call.string("id").orElse("");
      call.accept("type");
      JsonFields function =
          call.object("function")
              .orElseThrow(() ->
                  HttpException.badField(
                      "missing_required_parameter", path + ".function", "it must be given"));
      calls.add(
          new ToolCall(
              id,
              function.requiredString("name"),
              function.object("arguments").map(JsonFields::toMap).orElse(Map.of())));
      function.accept("index", "description");
      function.end();
      call.end();
    }
    return calls;
  }
}
