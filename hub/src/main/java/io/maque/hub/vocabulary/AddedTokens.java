package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tokens that were added to a trained vocabulary, from the three files that may list them; what
 * a later file says of an id replaces what an earlier one said.
 */
final class AddedTokens {
  private AddedTokens() {}

  /**
   * Sets their rows.
   *
   * @return what GGUF cannot say about some of them, in sentences
   */
  static List<String> addTo(TokenTable table, TokenizerFolder folder) {
    List<String> notes = new ArrayList<>();
    folder
        .find("added_tokens.json")
        .ifPresent(tokens ->
            tokens
                .fields()
                .forEach((text, id) -> {
                  long row = id.asCount().orElseThrow(() -> id.unexpected("an id"));
                  table.add(row, text, false);
                }));
    folder
        .find("tokenizer_config.json")
        .ifPresent(config -> {
          for (Map.Entry<String, JsonValue> entry :
              config.at("added_tokens_decoder").fields().entrySet()) {
            add(table, id(entry), entry.getValue(), notes);
          }
        });
    folder
        .find("tokenizer.json")
        .ifPresent(tokenizer -> {
          for (JsonValue token : tokenizer.at("added_tokens").elements()) {
            add(table, token.count("id"), token, notes);
          }
        });
    return notes.stream().distinct().toList();
  }

  private static long id(Map.Entry<String, JsonValue> entry) {
    if (!entry.getKey().matches("\\d{1,9}")) {
      throw entry.getValue().unexpected("an id as name");
    }
    return Long.parseLong(entry.getKey());
  }

  private static void add(TokenTable table, long id, JsonValue token, List<String> notes) {
    String text = token.text("content");
    table.add(id, text, token.findBoolean("special").orElse(false));
    for (String attribute : List.of("lstrip", "rstrip", "single_word")) {
      if (token.findBoolean(attribute).orElse(false)) {
        notes.add(
            "token %s is marked %s, which GGUF cannot say; runtimes know it of Phi-3 only"
                .formatted(text, attribute));
      }
    }
  }
}
