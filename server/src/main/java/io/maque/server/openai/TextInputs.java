package io.maque.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.generate.Prompt;
import io.maque.server.http.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A text, several texts, the token ids of a text, or those of several: what {@code prompt} of
 * completions and {@code input} of embeddings may be.
 */
final class TextInputs {
  private static final String EXPECTED =
      "a string, an array of strings, an array of token ids or an array of such arrays";

  private TextInputs() {}

  /**
   * @param most how many texts there may be
   * @param prompt what a text becomes
   */
  static List<Prompt> read(String path, JsonNode node, int most, Function<String, Prompt> prompt) {
    if (node.isTextual()) {
      return List.of(text(path, node, prompt));
    }
    if (!node.isArray()) {
      throw JsonFields.wrongType(path, EXPECTED, node);
    }
    if (node.isEmpty()) {
      throw JsonFields.invalid(path, "expected one text or more, found none");
    }
    if (node.get(0).isNumber()) {
      return List.of(tokens(path, node));
    }
    if (node.size() > most) {
      throw JsonFields.invalid(
          path, "expected at most %d texts, found %d".formatted(most, node.size()));
    }
    List<Prompt> prompts = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      String at = path + "[" + i + "]";
      JsonNode each = node.get(i);
      prompts.add(each.isArray() ? tokens(at, each) : text(at, each, prompt));
    }
    return prompts;
  }

  private static Prompt text(String path, JsonNode node, Function<String, Prompt> prompt) {
    if (!node.isTextual()) {
      throw JsonFields.wrongType(path, EXPECTED, node);
    }
    return prompt.apply(node.textValue());
  }

  private static Prompt tokens(String path, JsonNode node) {
    if (node.isEmpty()) {
      throw JsonFields.invalid(path, "expected one token id or more, found none");
    }
    List<Integer> ids = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      ids.add((int) JsonFields.integer(path + "[" + i + "]", node.get(i), 0, Integer.MAX_VALUE));
    }
    return new Prompt.Tokens(ids);
  }
}
