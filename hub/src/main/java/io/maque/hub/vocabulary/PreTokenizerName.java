package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import io.maque.hub.reference.Quoted;
import java.util.ArrayList;
import java.util.List;

/**
 * The name under {@code tokenizer.ggml.pre}, read from what {@code tokenizer.json} says about
 * normalising and splitting. A tokenizer of which not every part is known is refused: a wrong name
 * would give other tokens without anybody noticing.
 */
final class PreTokenizerName {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String REST = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Three digits at most, as Llama 3 and cl100k have it. */
  private static final String LLAMA3 = letters("\\p{L}+", "\\p{N}{1,3}", "\\s\\p{L}\\p{N}");

  private static final String QWEN2 = letters("\\p{L}+", "\\p{N}", "\\s\\p{L}\\p{N}");
  private static final String QWEN35 =
      letters("[\\p{L}\\p{M}]+", "\\p{N}", "\\s\\p{L}\\p{M}\\p{N}");

  private PreTokenizerName() {}

  private static String letters(String word, String number, String noSymbol) {
    return "%s|[^\\r\\n\\p{L}\\p{N}]?%s|%s| ?[^%s]+[\\r\\n]*|%s"
        .formatted(CONTRACTIONS, word, number, noSymbol, REST);
  }

  /**
   * The name for a byte-level tokenizer.
   *
   * @throws UnsupportedVocabularyException when llama.cpp and Maque have no name for it
   */
  static String of(JsonValue tokenizer) {
    boolean composes = composes(tokenizer.at("normalizer"));
    boolean ignoresMerges = tokenizer.at("model").findBoolean("ignore_merges").orElse(false);
    List<String> steps = new ArrayList<>();
    describe(tokenizer.at("pre_tokenizer"), steps);
    String kind = String.join(", ", steps) + (composes ? ", NFC" : "");
    String split = "split %s, bytes".formatted(QWEN2);
    if (!ignoresMerges) {
      if (kind.equals("words, bytes")) {
        return "gpt-2";
      }
      if (kind.equals("digits, words, bytes")) {
        return "smollm";
      }
      if (kind.equals(split + ", NFC")) {
        return "qwen2";
      }
      if (kind.equals(split)) {
        return "deepseek-r1-qwen";
      }
      if (kind.equals("split %s, bytes, NFC".formatted(QWEN35))) {
        return "qwen35";
      }
    }
    if (kind.equals("split %s, bytes".formatted(LLAMA3))) {
      return ignoresMerges ? "llama-bpe" : "dbrx";
    }
    throw new UnsupportedVocabularyException(
        "tokenizer.json: expected the splitting of GPT-2, SmolLM, Qwen2, Qwen3.5 or Llama 3, found %s%s"
            .formatted(Quoted.shorten(kind), ignoresMerges ? ", merges ignored" : ""));
  }

  private static boolean composes(JsonValue normalizer) {
    List<JsonValue> parts = parts(normalizer, "normalizers");
    if (parts.isEmpty()) {
      return false;
    }
    if (parts.size() == 1 && parts.getFirst().findText("type").orElse("").equals("NFC")) {
      return true;
    }
    throw parts.getFirst().unexpected("no normaliser, or NFC alone");
  }

  /** The parts of a sequence, or the one part; none where there is nothing. */
  static List<JsonValue> parts(JsonValue part, String field) {
    if (!part.isObject()) {
      return List.of();
    }
    return part.findText("type").orElse("").equals("Sequence")
        ? part.at(field).elements()
        : List.of(part);
  }

  private static void describe(JsonValue preTokenizer, List<String> steps) {
    for (JsonValue part : parts(preTokenizer, "pretokenizers")) {
      String type = part.text("type");
      switch (type) {
        case "ByteLevel" -> {
          if (part.findBoolean("add_prefix_space").orElse(true)) {
            steps.add("a space before the text");
          }
          if (part.findBoolean("use_regex").orElse(true)) {
            steps.add("words");
          }
          steps.add("bytes");
        }
        case "Digits" ->
            steps.add(part.findBoolean("individual_digits").orElse(false) ? "digits" : "numbers");
        case "Split" -> steps.add(split(part));
        default -> steps.add(type);
      }
    }
  }

  private static String split(JsonValue part) {
    boolean isolates =
        part.findText("behavior").orElse("").equals("Isolated")
            && !part.findBoolean("invert").orElse(false);
    return (isolates ? "split " : "another split ")
        + part.at("pattern").findText("Regex").orElse("by a text");
  }
}
