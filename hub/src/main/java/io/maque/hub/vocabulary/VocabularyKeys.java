package io.maque.hub.vocabulary;

import io.maque.hub.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tokenizer of a folder as keys of GGUF.
 *
 * @param keys names and values in the order of the file; values as {@code GgufWriter.put} takes
 * @param notes what the keys cannot say about this tokenizer, in sentences
 */
public record VocabularyKeys(Map<String, Object> keys, List<String> notes) {

  /**
   * Reads a tokenizer.
   *
   * @param size rows of the model's embedding
   * @throws UnsupportedVocabularyException when there is none, or none that GGUF can describe
   */
  public static VocabularyKeys read(Path path, int size) {
    TokenizerFolder folder = new TokenizerFolder(path);
    TokenTable table = new TokenTable(size);
    Map<String, Object> keys = new LinkedHashMap<>();
    Optional<ByteLevelVocabulary> byteLevel = ByteLevelVocabulary.find(folder);
    Optional<SentencePieceVocabulary> sentencePiece =
        byteLevel.isPresent() ? Optional.empty() : SentencePieceVocabulary.find(folder);
    byteLevel.ifPresent(vocabulary -> {
      vocabulary.putTo(keys);
      vocabulary.fill(table);
    });
    sentencePiece.ifPresent(vocabulary -> {
      vocabulary.putTo(keys);
      vocabulary.fill(table);
    });
    if (keys.isEmpty()) {
      throw new UnsupportedVocabularyException(
          "%s: expected tokenizer.json, tokenizer.model, or vocab.json with merges.txt, of byte-level BPE or SentencePiece BPE; found none of these"
              .formatted(folder));
    }
    List<String> notes = new ArrayList<>(AddedTokens.addTo(table, folder));
    keys.put("tokenizer.ggml.tokens", table.texts());
    if (sentencePiece.isPresent()) {
      keys.put("tokenizer.ggml.scores", table.scores());
    }
    keys.put("tokenizer.ggml.token_type", table.types());
    byteLevel.ifPresent(vocabulary -> keys.put("tokenizer.ggml.merges", vocabulary.merges()));
    new TokenRoles(folder, table, sentencePiece.map(SentencePieceVocabulary::model)).putTo(keys);
    ChatTemplates.putTo(keys, folder);
    return new VocabularyKeys(keys, notes);
  }

  /** What the fields of a token object or a plain text name: the token's text. */
  static Optional<String> tokenText(JsonValue token) {
    return token.asText().or(() -> token.findText("content"));
  }
}
