package io.maque.model.multimodal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maque.chat.ImageDetail;
import io.maque.chat.Message;
import io.maque.chat.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The files that {@code scripts/golden/llava.py} wrote; see {@code golden/llava/README.md}. */
final class GoldenLlava {
  static final Path FOLDER = Path.of("src/test/resources/golden/llava");
  static final List<String> SHAPES = List.of("square", "wide", "tall", "tiny", "huge");
  static final List<String> MODELS = List.of("llama", "phi3");

  private static final JsonNode GOLDEN = read();

  private GoldenLlava() {}

  private static JsonNode read() {
    try {
      return new ObjectMapper().readTree(bytes("llava.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(FOLDER.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Part.Image picture(String shape) {
    return new Part.Image(bytes(shape + ".png"), ImageDetail.AUTO);
  }

  static Path text(String model) {
    return FOLDER.resolve(model + ".gguf");
  }

  static Path encoder(String model) {
    return FOLDER.resolve(model + ".mmproj.gguf");
  }

  /** SHA-256 of the pixel tensor of a picture. */
  static String pixels(String kind, String shape) {
    return GOLDEN.get("pixels").get(kind).get(shape).asText();
  }

  /**
   * A conversation and what follows.
   *
   * @param prompt ids; the picture with index {@code n} is {@code -1 - n}
   */
  record Case(
      String model,
      String name,
      List<Message> messages,
      List<String> images,
      int[] prompt,
      int[] tokens,
      JsonNode steps) {

    @Override
    public String toString() {
      return model + " " + name;
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String model : MODELS) {
      GOLDEN
          .get("models")
          .get(model)
          .properties()
          .forEach(entry -> cases.add(read(model, entry.getKey(), entry.getValue())));
    }
    return cases;
  }

  static Case find(String model, String name) {
    return cases().stream()
        .filter(c -> c.model().equals(model) && c.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Case read(String model, String name, JsonNode golden) {
    List<Message> messages = new ArrayList<>();
    List<String> images = new ArrayList<>();
    for (JsonNode turn : golden.get("turns")) {
      List<Part> content = new ArrayList<>();
      for (JsonNode image : turn.get("images")) {
        images.add(image.asText());
        content.add(picture(image.asText()));
      }
      content.add(new Part.Text(turn.get("text").asText()));
      messages.add(new Message(turn.get("role").asText(), content, "", List.of(), ""));
    }
    return new Case(
        model,
        name,
        messages,
        images,
        ints(golden.get("prompt")),
        ints(golden.get("tokens")),
        golden.get("steps"));
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
