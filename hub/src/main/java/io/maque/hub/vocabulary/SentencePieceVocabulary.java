package io.maque.hub.vocabulary;

import io.maque.hub.checkpoint.SmallFile;
import io.maque.hub.json.JsonValue;
import io.maque.tokenizer.TokenType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * SentencePiece BPE: Llama 1 and 2, Vicuna, Phi-3, Gemma. From {@code tokenizer.model}; or from a
 * {@code tokenizer.json} that was made of one, whose merges say in which order pieces are joined.
 */
final class SentencePieceVocabulary {
  private static final String META_SPACE = "\u2581";
  private static final String FILE = "tokenizer.model";

  private final SentencePieceModel model;

  private SentencePieceVocabulary(SentencePieceModel model) {
    this.model = model;
  }

  /** The SentencePiece vocabulary of a folder, or empty when its tokenizer is of another kind. */
  static Optional<SentencePieceVocabulary> find(TokenizerFolder folder) {
    Optional<Path> file = folder.findPath(FILE);
    if (file.isPresent()) {
      ByteBuffer content = ByteBuffer.wrap(SmallFile.bytes(file.get()));
      return Optional.of(new SentencePieceVocabulary(SentencePieceModel.read(FILE, content)));
    }
    return folder
        .find("tokenizer.json")
        .filter(tokenizer -> tokenizer.at("model").findBoolean("byte_fallback").orElse(false))
        .map(tokenizer -> new SentencePieceVocabulary(converted(tokenizer)));
  }

  /** What the model was that somebody converted to {@code tokenizer.json}. */
  private static SentencePieceModel converted(JsonValue tokenizer) {
    JsonValue model = tokenizer.at("model");
    if (!model.findText("type").orElse("").equals("BPE")) {
      throw model.at("type").unexpected("BPE");
    }
    Map<String, Float> scores = MergeScores.of(model);
    String unknown = model.findText("unk_token").orElse("");
    List<SentencePieceModel.Piece> pieces = new ArrayList<>();
    OptionalInt unknownId = OptionalInt.empty();
    Map<String, JsonValue> vocabulary = model.at("vocab").fields();
    for (Map.Entry<String, JsonValue> entry : vocabulary.entrySet()) {
      int id = id(entry.getValue(), vocabulary.size());
      while (pieces.size() <= id) {
        pieces.add(null);
      }
      String text = entry.getKey();
      boolean isUnknown = text.equals(unknown);
      unknownId = isUnknown ? OptionalInt.of(id) : unknownId;
      pieces.set(
          id,
          new SentencePieceModel.Piece(text, scores.getOrDefault(text, 0f), type(text, isUnknown)));
    }
    if (pieces.contains(null)) {
      throw model.at("vocab").unexpected("ids without gaps");
    }
    return new SentencePieceModel(
        pieces, prefixesSpace(tokenizer), OptionalInt.empty(), OptionalInt.empty(), unknownId);
  }

  private static int id(JsonValue value, int size) {
    long id = value.asCount().orElse(Long.MAX_VALUE);
    if (id >= size) {
      throw value.unexpected("an id below %d".formatted(size));
    }
    return (int) id;
  }

  private static TokenType type(String text, boolean unknown) {
    if (unknown) {
      return TokenType.UNKNOWN;
    }
    return text.matches("<0x[0-9A-F]{2}>") ? TokenType.BYTE : TokenType.NORMAL;
  }

  /** Whether a space precedes the text; refuses every other treatment of text. */
  private static boolean prefixesSpace(JsonValue tokenizer) {
    boolean prefixes = false;
    for (JsonValue part : PreTokenizerName.parts(tokenizer.at("normalizer"), "normalizers")) {
      switch (part.text("type")) {
        case "Prepend" -> prefixes = requireMetaSpace(part.at("prepend"));
        case "Replace" -> requireMetaSpace(part.at("content"));
        default -> throw part.at("type").unexpected("Prepend or Replace");
      }
    }
    for (JsonValue part : PreTokenizerName.parts(tokenizer.at("pre_tokenizer"), "pretokenizers")) {
      switch (part.text("type")) {
        case "Metaspace" -> {
          requireMetaSpace(part.at("replacement"));
          prefixes |= !part.findText("prepend_scheme").orElse("always").equals("never");
        }
        // Gemma's, after every space has become a meta symbol: finds nothing to split.
        case "Split" -> {
          if (!part.at("pattern").findText("String").orElse("").equals(" ")) {
            throw part.at("pattern").unexpected("a space");
          }
        }
        default -> throw part.at("type").unexpected("Metaspace");
      }
    }
    return prefixes;
  }

  private static boolean requireMetaSpace(JsonValue text) {
    if (!text.asText().orElse("").equals(META_SPACE)) {
      throw text.unexpected("the meta symbol of SentencePiece");
    }
    return true;
  }

  /** Sets the rows of the trained vocabulary. */
  void fill(TokenTable table) {
    int id = 0;
    for (SentencePieceModel.Piece piece : model.pieces()) {
      String text =
          piece.type() == TokenType.USER_DEFINED
              ? piece.text().replace(META_SPACE, " ")
              : piece.text();
      table.set(id++, text, piece.score(), piece.type());
    }
  }

  /** Puts the keys that only this kind has. */
  void putTo(Map<String, Object> keys) {
    keys.put("tokenizer.ggml.model", "llama");
    keys.put("tokenizer.ggml.pre", "default");
    if (!model.addDummyPrefix()) {
      keys.put("tokenizer.ggml.add_space_prefix", false);
    }
  }

  SentencePieceModel model() {
    return model;
  }
}
