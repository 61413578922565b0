package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import io.maque.tokenizer.TokenType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Byte-level BPE: GPT-2, Qwen, Llama 3, SmolLM. From {@code tokenizer.json}, or for the classes of
 * tokenizer whose splitting is fixed from {@code vocab.json} and {@code merges.txt}.
 */
final class ByteLevelVocabulary {
  private static final Map<String, String> PRE_OF_CLASS =
      Map.of(
          "Qwen2Tokenizer", "qwen2",
          "Qwen2TokenizerFast", "qwen2",
          "GPT2Tokenizer", "gpt-2",
          "GPT2TokenizerFast", "gpt-2");

  private final String pre;
  private final Map<String, JsonValue> vocabulary;
  private final List<String> merges;

  private ByteLevelVocabulary(String pre, Map<String, JsonValue> vocabulary, List<String> merges) {
    this.pre = pre;
    this.vocabulary = vocabulary;
    this.merges = merges;
  }

  /** The byte-level vocabulary of a folder, or empty when its tokenizer is of another kind. */
  static Optional<ByteLevelVocabulary> find(TokenizerFolder folder) {
    Optional<JsonValue> tokenizer = folder.find("tokenizer.json");
    if (tokenizer.isPresent()) {
      return tokenizer.filter(ByteLevelVocabulary::isByteLevel).map(ByteLevelVocabulary::read);
    }
    Optional<JsonValue> vocabulary = folder.find("vocab.json");
    Optional<String> merges = folder.findText("merges.txt");
    if (vocabulary.isEmpty() || merges.isEmpty()) {
      return Optional.empty();
    }
    String name =
        folder
            .find("tokenizer_config.json")
            .flatMap(config -> config.findText("tokenizer_class"))
            .orElse("no tokenizer_class");
    if (!PRE_OF_CLASS.containsKey(name)) {
      throw new UnsupportedVocabularyException(
          "tokenizer_config.json: expected one of %s beside vocab.json, found %s; save the tokenizer with tokenizer.json, which says how it splits"
              .formatted(
                  String.join(", ", PRE_OF_CLASS.keySet().stream().sorted().toList()), name));
    }
    return Optional.of(
        new ByteLevelVocabulary(
            PRE_OF_CLASS.get(name), vocabulary.get().fields(), lines(merges.get())));
  }

  private static boolean isByteLevel(JsonValue tokenizer) {
    return PreTokenizerName.parts(tokenizer.at("pre_tokenizer"), "pretokenizers").stream()
        .anyMatch(part -> part.findText("type").orElse("").equals("ByteLevel"));
  }

  private static ByteLevelVocabulary read(JsonValue tokenizer) {
    JsonValue model = tokenizer.at("model");
    if (!model.findText("type").orElse("BPE").equals("BPE")) {
      throw model.at("type").unexpected("BPE");
    }
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.findText(affix).orElse("").isEmpty()) {
        throw model.at(affix).unexpected("nothing");
      }
    }
    List<String> merges = new ArrayList<>();
    for (JsonValue merge : model.at("merges").elements()) {
      merges.add(merge.isArray() ? pair(merge) : merge.asText().orElse(""));
    }
    return new ByteLevelVocabulary(
        PreTokenizerName.of(tokenizer), model.at("vocab").fields(), merges);
  }

  private static String pair(JsonValue merge) {
    List<JsonValue> sides = merge.elements();
    if (sides.size() != 2) {
      throw merge.unexpected("two texts");
    }
    return side(sides.get(0)) + " " + side(sides.get(1));
  }

  private static String side(JsonValue side) {
    return side.asText()
        .filter(text -> !text.contains(" "))
        .orElseThrow(() -> side.unexpected("a text in the byte-level alphabet, without spaces"));
  }

  private static List<String> lines(String merges) {
    return merges.lines().filter(line -> !line.isBlank() && !line.startsWith("#version")).toList();
  }

  /** Sets the rows of the trained vocabulary. */
  void fill(TokenTable table) {
    vocabulary.forEach((text, id) ->
        table.set(
            id.asCount().orElseThrow(() -> id.unexpected("an id")), text, 0, TokenType.NORMAL));
  }

  /** Puts the keys that only this kind has. */
  void putTo(Map<String, Object> keys) {
    keys.put("tokenizer.ggml.model", "gpt2");
    keys.put("tokenizer.ggml.pre", pre);
  }

  List<String> merges() {
    return merges;
  }
}
