package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.chat.ToolCall;
import io.maque.server.http.HttpException;
import io.maque.server.http.Json;
import io.maque.server.http.JsonFields;
import io.maque.server.picture.Pictures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code messages} of a chat completion to the messages that chat templates know. */
final class ChatMessages {
  private static final List<String> ROLES =
      List.of("developer", "system", "user", "assistant", "tool");

  private static final Map<String, ImageDetail> DETAILS =
      Map.of("auto", ImageDetail.AUTO, "low", ImageDetail.LOW, "high", ImageDetail.HIGH);

  private final String model;
  private final Pictures pictures;

  /**
   * @param model as errors name it
   */
  ChatMessages(String model, Pictures pictures) {
    this.model = model;
    this.pictures = pictures;
  }

  List<Message> read(JsonFields fields) {
    List<JsonNode> nodes = fields.array("messages");
    String path = fields.path("messages");
    if (nodes.isEmpty()) {
      throw HttpException.badField(
          "missing_required_parameter", path, "expected one message or more, found none");
    }
    List<Message> messages = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      messages.add(message(JsonFields.at(path + "[" + i + "]", nodes.get(i))));
    }
    return messages;
  }

  private Message message(JsonFields fields) {
    fields.required("role");
    String role = fields.oneOf("role", ROLES).orElseThrow();
    boolean assistant = role.equals("assistant");
    List<Part> content = assistant && !fields.has("content") ? List.of() : content(role, fields);
    List<ToolCall> calls = assistant ? calls(fields) : List.of();
    String reasoning = assistant ? fields.string("reasoning_content").orElse("") : "";
    String callId = role.equals("tool") ? fields.requiredString("tool_call_id") : "";
    if (assistant) {
      fields.refuse("audio", "model %s speaks no audio".formatted(model));
      // What clients send back of an answer they got, and templates have no place for.
      fields.accept("refusal", "annotations");
    }
    // The name of a participant: no template of the models here shows it.
    fields.accept("name", "content");
    fields.end();
    // OpenAI renamed system to developer; the templates of open models know the first name only.
    String known = role.equals("developer") ? "system" : role;
    return new Message(known, content, reasoning, calls, callId);
  }

  private List<ToolCall> calls(JsonFields fields) {
    List<JsonNode> nodes = fields.array("tool_calls");
    List<ToolCall> calls = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      JsonFields call = JsonFields.at(fields.path("tool_calls") + "[" + i + "]", nodes.get(i));
      String id = call.string("id").orElse("");
      call.oneOf("type", List.of("function"));
      call.integer("index", 0, Integer.MAX_VALUE);
      JsonFields function = JsonFields.at(call.path("function"), call.required("function"));
      call.end();
      String name = function.requiredString("name");
      calls.add(new ToolCall(id, name, arguments(function)));
      function.end();
    }
    return calls;
  }

  /** The object that {@code arguments} spells in a string. */
  private static Map<String, Object> arguments(JsonFields function) {
    String text = function.requiredString("arguments");
    JsonNode arguments = Json.parseText(text).orElse(null);
    if (arguments == null || !arguments.isObject()) {
      throw JsonFields.invalid(
          function.path("arguments"),
          "expected a JSON object in a string, found " + JsonFields.quoted(text));
    }
    return JsonFields.at(function.path("arguments"), arguments).toMap();
  }

  private List<Part> content(String role, JsonFields fields) {
    JsonNode content = fields.required("content");
    if (content.isTextual()) {
      return List.of(new Part.Text(content.textValue()));
    }
    if (!content.isArray()) {
      throw JsonFields.wrongType(fields.path("content"), "a string or an array of parts", content);
    }
    List<Part> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      parts.add(part(role, JsonFields.at(fields.path("content") + "[" + i + "]", content.get(i))));
    }
    return parts;
  }

  private Part image(JsonFields fields) {
    JsonFields image = JsonFields.at(fields.path("image_url"), fields.required("image_url"));
    ImageDetail detail =
        image
            .oneOf("detail", List.of("auto", "low", "high"))
            .map(DETAILS::get)
            .orElse(ImageDetail.AUTO);
    byte[] file = pictures.ofUrl(image.path("url"), image.requiredString("url"));
    image.end();
    return new Part.Image(file, detail);
  }

  private Part part(String role, JsonFields fields) {
    String type = fields.requiredString("type");
    switch (type) {
      case "text" -> {
        Part text = new Part.Text(fields.requiredString("text"));
        fields.end();
        return text;
      }
      case "refusal" -> {
        Part text = new Part.Text(fields.requiredString("refusal"));
        fields.end();
        return text;
      }
      case "image_url" -> {
        if (!role.equals("user")) {
          throw JsonFields.invalid(
              fields.path("type"), "expected images in messages of the user only");
        }
        Part image = image(fields);
        fields.end();
        return image;
      }
      case "input_audio", "file" ->
          throw JsonFields.invalid(
              fields.path("type"),
              "model %s cannot read %s parts: send text only".formatted(model, type));
      default ->
          throw JsonFields.invalid(
              fields.path("type"), "expected text or image_url, found " + JsonFields.quoted(type));
    }
  }
}
