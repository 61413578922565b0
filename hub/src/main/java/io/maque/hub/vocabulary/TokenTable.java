package io.maque.hub.vocabulary;

import io.maque.hub.reference.Quoted;
import io.maque.tokenizer.TokenType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The rows of a vocabulary in the making; a row that nobody sets is padding. */
final class TokenTable {
  private static final float PADDING_SCORE = -10_000;
  private static final float ADDED_SCORE = -1000;

  /** The meta symbol that SentencePiece writes for a space. */
  private static final String META_SPACE = "\u2581";

  private final String[] texts;
  private final float[] scores;
  private final TokenType[] types;
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * @param size rows of the model's embedding, which may be more than there are tokens
   */
  TokenTable(int size) {
    texts = new String[size];
    scores = new float[size];
    types = new TokenType[size];
    for (int id = 0; id < size; id++) {
      texts[id] = "[PAD" + id + "]";
    }
    Arrays.fill(scores, PADDING_SCORE);
    Arrays.fill(types, TokenType.UNUSED);
  }

  /** Sets a row, replacing what it was. */
  void set(long id, String text, float score, TokenType type) {
    int row = requireRow(id, text);
    texts[row] = text;
    scores[row] = score;
    types[row] = type;
    ids.put(text, row);
  }

  /**
   * Sets a row to a token that was added to the trained vocabulary. Some that are marks between
   * parts of a prompt are not declared so and told by their spelling, as the reference does.
   */
  void add(long id, String text, boolean special) {
    if (special || looksSpecial(text)) {
      set(id, text, ADDED_SCORE, TokenType.CONTROL);
    } else {
      set(id, text.replace(META_SPACE, " "), ADDED_SCORE, TokenType.USER_DEFINED);
      ids.put(text, (int) id);
    }
  }

  private static boolean looksSpecial(String text) {
    return List.of("<pad>", "<mask>", "<2mass>", "[@BOS@]").contains(text)
        || text.startsWith("<|") && text.endsWith("|>")
        || text.startsWith("<｜") && text.endsWith("｜>")
        || text.startsWith("<unused") && text.endsWith(">");
  }

  private int requireRow(long id, String text) {
    if (id < 0 || id >= texts.length) {
      throw new UnsupportedVocabularyException(
          "token %s: expected an id below the model's vocab_size of %d, found %d; tokenizer and config.json are of different models"
              .formatted(Quoted.shorten(text), texts.length, id));
    }
    return (int) id;
  }

  boolean isPadding(int id) {
    return types[id] == TokenType.UNUSED;
  }

  int size() {
    return texts.length;
  }

  /** The id of a token that was set, by its text. */
  OptionalInt find(String text) {
    Integer id = ids.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  List<String> texts() {
    return List.of(texts);
  }

  float[] scores() {
    return scores.clone();
  }

  /** The numbers under {@code tokenizer.ggml.token_type}. */
  int[] types() {
    return Arrays.stream(types).mapToInt(type -> type.ordinal() + 1).toArray();
  }
}
