package io.maque.tokenizer;

import io.maque.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A vocabulary small enough to write down, as the metadata of a file.
 *
 * <p>Byte-level: ids 0 to 255 are the bytes, then one token per merge, then what is added. Of
 * SentencePiece: 0 to 2 are {@code <unk>}, {@code <s>} and {@code </s>}, 3 to 258 the bytes, then
 * the pieces in the order of their scores, then what is added.
 */
public final class TinyVocabulary {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<Float> scores = new ArrayList<>();

  private TinyVocabulary(String model, String pre) {
    values.put("tokenizer.ggml.model", model);
    values.put("tokenizer.ggml.pre", pre);
  }

  /** A byte-level vocabulary; a merge is two pieces with a space between them. */
  public static TinyVocabulary byteLevel(String pre, String... merges) {
    TinyVocabulary tiny = new TinyVocabulary("gpt2", pre);
    for (int value = 0; value < 256; value++) {
      tiny.add(Spelling.BYTE_LEVEL.write(new byte[] {(byte) value}, 0, 1), TokenType.NORMAL);
    }
    for (String merge : merges) {
      tiny.add(merge.replace(" ", ""), TokenType.NORMAL);
    }
    tiny.values.put("tokenizer.ggml.merges", List.of(merges));
    return tiny;
  }

  /** A SentencePiece vocabulary; earlier pieces have higher scores. */
  public static TinyVocabulary sentencePiece(String... pieces) {
    TinyVocabulary tiny = new TinyVocabulary("llama", "default");
    tiny.add("<unk>", TokenType.UNKNOWN);
    tiny.add("<s>", TokenType.CONTROL);
    tiny.add("</s>", TokenType.CONTROL);
    for (int value = 0; value < 256; value++) {
      tiny.add("<0x%02X>".formatted(value), TokenType.BYTE);
    }
    for (String piece : pieces) {
      tiny.add(piece, TokenType.NORMAL);
    }
    tiny.values.put("tokenizer.ggml.unknown_token_id", 0L);
    return tiny;
  }

  /** Adds a token, whose score is lower than that of all before it. */
  public TinyVocabulary add(String piece, TokenType type) {
    scores.add(-(float) tokens.size());
    tokens.add(piece);
    types.add(type.ordinal() + 1);
    return this;
  }

  /** Sets any key, to add to or to break what the others set. */
  public TinyVocabulary with(String key, Object value) {
    values.put("tokenizer.ggml." + key, value);
    return this;
  }

  /** The id the next token added will have. */
  public int nextId() {
    return tokens.size();
  }

  /** The metadata of a file with this vocabulary. */
  public GgufMetadata metadata() {
    Map<String, Object> all = new LinkedHashMap<>();
    float[] allScores = new float[scores.size()];
    for (int i = 0; i < allScores.length; i++) {
      allScores[i] = scores.get(i);
    }
    all.put("tokenizer.ggml.tokens", List.copyOf(tokens));
    all.put("tokenizer.ggml.token_type", types.stream().mapToInt(Integer::intValue).toArray());
    all.put("tokenizer.ggml.scores", allScores);
    all.putAll(values);
    return new GgufMetadata(all);
  }

  /** The tokenizer of this vocabulary. */
  public Tokenizer tokenizer() {
    return Tokenizer.from(metadata());
  }
}
