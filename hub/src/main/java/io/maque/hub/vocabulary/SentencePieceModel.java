package io.maque.hub.vocabulary;

import io.maque.tokenizer.TokenType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A {@code tokenizer.model}: pieces, and the parts of trainer and normaliser that decide how a text
 * is read. Field numbers are those of sentencepiece_model.proto.
 *
 * @param pieces in the order of their ids
 * @param addDummyPrefix whether a space precedes the text
 * @param bos id of the token before a text, or empty
 * @param eos id of the token after a text, or empty
 * @param unknown id of the token for what cannot be spelled, or empty
 */
record SentencePieceModel(
    List<Piece> pieces,
    boolean addDummyPrefix,
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt unknown) {

  private static final int MAX_PIECES = 1 << 22;
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  /** A token with the score that orders merges. */
  record Piece(String text, float score, TokenType type) {}

  /**
   * Reads a model.
   *
   * @param where the file's name, for messages
   * @throws UnsupportedVocabularyException when it is damaged or no BPE model without normalisation
   */
  static SentencePieceModel read(String where, ByteBuffer file) {
    ProtobufReader model = new ProtobufReader(where, file);
    List<Piece> pieces = new ArrayList<>();
    Trainer trainer = new Trainer();
    Normalizer normalizer = new Normalizer();
    while (model.next()) {
      switch (model.field()) {
        case 1 -> {
          if (pieces.size() == MAX_PIECES) {
            throw new UnsupportedVocabularyException(
                "%s: expected at most %d pieces".formatted(where, MAX_PIECES));
          }
          pieces.add(piece(where, model.message()));
        }
        case 2 -> trainer.read(model.message());
        case 3 -> normalizer.read(model.message());
        default -> model.skip();
      }
    }
    trainer.requireBpe(where);
    normalizer.requirePlain(where);
    return new SentencePieceModel(
        List.copyOf(pieces),
        normalizer.addDummyPrefix,
        id(trainer.bos, pieces),
        id(trainer.eos, pieces),
        id(trainer.unknown, pieces));
  }

  private static OptionalInt id(long id, List<Piece> pieces) {
    return id >= 0 && id < pieces.size() ? OptionalInt.of((int) id) : OptionalInt.empty();
  }

  private static Piece piece(String where, ProtobufReader message) {
    String text = "";
    float score = 0;
    long type = 1;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> text = message.text();
        case 2 -> score = message.number();
        case 3 -> type = message.integer();
        default -> message.skip();
      }
    }
    TokenType[] types = TokenType.values();
    if (type < 1 || type > types.length || Float.isNaN(score)) {
      throw new UnsupportedVocabularyException(
          "%s: piece %s: expected a type from 1 to %d and a score, found %d and %s"
              .formatted(where, text, types.length, type, score));
    }
    return new Piece(text, score, types[(int) type - 1]);
  }

  /** {@code TrainerSpec}, with its defaults. */
  private static final class Trainer {
    private long modelType = UNIGRAM;
    private boolean whitespaceIsSuffix;
    private long unknown;
    private long bos = 1;
    private long eos = 2;

    void read(ProtobufReader message) {
      while (message.next()) {
        switch (message.field()) {
          case 3 -> modelType = message.integer();
          case 24 -> whitespaceIsSuffix = message.integer() != 0;
          // Negative ids, sign-extended to 64 bits, say that there is no such token.
          case 40 -> unknown = message.integer();
          case 41 -> bos = message.integer();
          case 42 -> eos = message.integer();
          default -> message.skip();
        }
      }
    }

    void requireBpe(String where) {
      if (modelType != BPE || whitespaceIsSuffix) {
        throw new UnsupportedVocabularyException(
            "%s: expected a model of type BPE with spaces before words, found type %d%s; GGUF's llama tokenizer is that one only"
                .formatted(where, modelType, whitespaceIsSuffix ? " with spaces after words" : ""));
      }
    }
  }

  /** {@code NormalizerSpec}, with its defaults. */
  private static final class Normalizer {
    private boolean hasCharacterMap;
    private boolean addDummyPrefix = true;
    private boolean removesExtraSpaces = true;
    private boolean escapesSpaces = true;

    void read(ProtobufReader message) {
      while (message.next()) {
        switch (message.field()) {
          case 2 -> hasCharacterMap = message.bytes().hasRemaining();
          case 3 -> addDummyPrefix = message.integer() != 0;
          case 4 -> removesExtraSpaces = message.integer() != 0;
          case 5 -> escapesSpaces = message.integer() != 0;
          default -> message.skip();
        }
      }
    }

    void requirePlain(String where) {
      if (hasCharacterMap || removesExtraSpaces || !escapesSpaces) {
        throw new UnsupportedVocabularyException(
            "%s: expected text to be taken as it is, found a model that %s; GGUF's llama tokenizer does not"
                .formatted(
                    where,
                    hasCharacterMap
                        ? "normalises characters"
                        : removesExtraSpaces ? "joins spaces" : "does not escape spaces"));
      }
    }
  }
}
