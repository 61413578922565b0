package io.maque.cli.chat;

import com.fasterxml.jackson.core.JsonGenerator;
import io.maque.chat.Message;
import io.maque.chat.Part;
import io.maque.cli.console.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What was said so far. Nothing is ever dropped from it but by {@link #reset()}. */
final class Conversation {
  private final List<Message> turns = new ArrayList<>();
  private final List<Part.Image> images = new ArrayList<>();
  private String system = "";

  /** Instructions for all turns from now on; an empty text takes them back. */
  void setSystem(String text) {
    system = text;
  }

  /** Everything said, the instructions first. */
  List<Message> messages() {
    List<Message> all = new ArrayList<>(turns.size() + 1);
    if (!system.isEmpty()) {
      all.add(Message.system(system));
    }
    all.addAll(turns);
    return all;
  }

  /** Takes a picture for the next question. */
  void addImage(Part.Image image) {
    images.add(image);
  }

  /** Forgets the pictures that no question was asked about yet. */
  void dropImages() {
    images.clear();
  }

  /** Everything said, and then {@code question} with the pictures that were taken for it. */
  List<Message> messagesWith(String question) {
    List<Message> all = messages();
    all.add(Message.user(images, question));
    return all;
  }

  /** Keeps a turn, and with it the pictures that were taken for the question. */
  void add(String question, String answer) {
    turns.add(Message.user(images, question));
    turns.add(Message.assistant(answer));
    images.clear();
  }

  /** Forgets all turns and pictures. */
  void reset() {
    turns.clear();
    images.clear();
  }

  boolean isEmpty() {
    return turns.isEmpty();
  }

  /**
   * Writes everything said to a new file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is such a file
   */
  void save(Path file) throws IOException {
    String text = file.toString().endsWith(".json") ? json() : markdown();
    Files.writeString(file, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }

  private String markdown() {
    StringBuilder text = new StringBuilder();
    for (Message message : messages()) {
      text.append("**").append(message.role()).append("**\n\n");
      if (!message.images().isEmpty()) {
        text.append("(images: ").append(message.images().size()).append(")\n\n");
      }
      text.append(message.text().strip()).append("\n\n");
    }
    return text.toString();
  }

  private String json() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    Json.printObject(
        out, json -> Json.writeArray(json, "messages", messages(), Conversation::write));
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void write(JsonGenerator json, Message message) throws IOException {
    json.writeStringField("role", message.role());
    json.writeStringField("content", message.text());
    if (!message.images().isEmpty()) {
      json.writeNumberField("images", message.images().size());
    }
  }
}
