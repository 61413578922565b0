package io.maque.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One message of a conversation.
 *
 * @param role {@code system}, {@code user}, {@code assistant}, {@code tool}, or what else the
 *     model's template knows
 * @param content parts in order; may be empty for an assistant that only calls tools
 * @param reasoning what the assistant thought before it answered; empty when it did not
 * @param toolCalls calls that the assistant asked for
 * @param toolCallId of a {@code tool} message: the call it answers; otherwise empty
 */
public record Message(
    String role,
    List<Part> content,
    String reasoning,
    List<ToolCall> toolCalls,
    String toolCallId) {

  public Message {
    if (role.isBlank()) {
      throw new IllegalArgumentException(
          "message role: expected a name such as user, found '" + role + "'");
    }
    content = List.copyOf(content);
    toolCalls = List.copyOf(toolCalls);
  }

  /** A message of one text. */
  public static Message of(String role, String text) {
    return new Message(role, List.of(new Part.Text(text)), "", List.of(), "");
  }

  /** Instructions that hold for the whole conversation. */
  public static Message system(String text) {
    return of("system", text);
  }

  /** What the user says. */
  public static Message user(String text) {
    return of("user", text);
  }

  /** Pictures and what the user says about them. */
  public static Message user(List<Part.Image> images, String text) {
    List<Part> content = new ArrayList<>(images);
    content.add(new Part.Text(text));
    return new Message("user", content, "", List.of(), "");
  }

  /** What the model answered. */
  public static Message assistant(String text) {
    return of("assistant", text);
  }

  /** The result of the call {@code toolCallId}. */
  public static Message tool(String toolCallId, String text) {
    return new Message("tool", List.of(new Part.Text(text)), "", List.of(), toolCallId);
  }

  /** The pictures, in order. */
  public List<Part.Image> images() {
    return content.stream()
        .filter(Part.Image.class::isInstance)
        .map(Part.Image.class::cast)
        .toList();
  }

  /** The text parts, joined without separator. */
  public String text() {
    return content.stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining());
  }
}
