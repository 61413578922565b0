package io.maque.tokenizer;

import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import io.maque.gguf.GgufStrings;
import io.maque.gguf.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rows of a vocabulary: text, type and score of every token, and the ids with a role.
 *
 * <p>Tokens are either <em>ordinary</em> ({@link TokenType#NORMAL} with a spelling of the kind),
 * found by their text bytes and the only ones that joining symbols yields, or <em>verbatim</em>:
 * their spelling is their text, and {@link SpecialTokens} or nobody finds them. When two tokens
 * share a spelling, the one with the lower id is found and the other is only ever decoded.
 */
final class Vocabulary {
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String TOKEN_TYPES = "tokenizer.ggml.token_type";
  static final String SCORES = "tokenizer.ggml.scores";
  static final String UNKNOWN_ID = "tokenizer.ggml.unknown_token_id";

  private static final TokenType[] TYPES = TokenType.values();

  /** How some writers store "there is none" in an unsigned field. */
  private static final long NO_ID = 0xFFFF_FFFFL;

  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int BYTE_SPELLING = "<0x00>".length();

  private final Spelling spelling;
  private final int size;
  private final byte[] types;
  private final float[] scores;
  private final Set<Integer> endTokens;
  private final int unknown;
  private final BitSet verbatim = new BitSet();
  private final Map<String, Integer> verbatimIds = new HashMap<>();
  private final int[] byteTokens = new int[256];
  private final int[] starts;
  private final PieceTable table;
  private byte[] texts;

  Vocabulary(GgufMetadata metadata, Spelling spelling) {
    this.spelling = spelling;
    List<String> pieces =
        metadata
            .findStrings(TOKENS)
            .orElseThrow(() ->
                new GgufFormatException(
                    "key %s: expected the vocabulary, found no such key; the file has no tokenizer"
                        .formatted(TOKENS)));
    size = pieces.size();
    if (size == 0) {
      throw new GgufFormatException("key %s: expected tokens, found none".formatted(TOKENS));
    }
    types = readTypes(metadata);
    scores = readScores(metadata);
    unknown = id(metadata, UNKNOWN_ID).orElse(-1);
    starts = new int[size + 1];
    texts = new byte[8 * size];
    Arrays.fill(byteTokens, -1);
    EndSpellings ends = new EndSpellings();
    for (int id = 0; id < size; id++) {
      byte[] stored = stored(pieces, id);
      ends.see(id, stored, type(id));
      append(id, stored);
    }
    endTokens = new TreeSet<>(ends.ids());
    for (String role : List.of("eos", "eot", "eom")) {
      id(metadata, "tokenizer.ggml." + role + "_token_id").ifPresent(endTokens::add);
    }
    for (int id : endTokens) {
      types[id] = (byte) TokenType.CONTROL.ordinal();
      verbatim.set(id);
    }
    table = index();
  }

  private byte[] readTypes(GgufMetadata metadata) {
    byte[] read = new byte[size];
    int[] stored = metadata.findIntegers(TOKEN_TYPES).orElse(null);
    if (stored == null) {
      return read;
    }
    checkLength(TOKEN_TYPES, stored.length);
    for (int id = 0; id < size; id++) {
      if (stored[id] < 1 || stored[id] > TYPES.length) {
        throw new GgufFormatException(
            "key %s: element %d: expected a token type from 1 to %d, found %d"
                .formatted(TOKEN_TYPES, id, TYPES.length, stored[id]));
      }
      read[id] = (byte) (stored[id] - 1);
    }
    return read;
  }

  private float[] readScores(GgufMetadata metadata) {
    if (spelling == Spelling.BYTE_LEVEL) {
      return new float[0]; // the order of pairs is that of the merges
    }
    float[] stored =
        metadata
            .findFloats(SCORES)
            .orElseThrow(() ->
                new GgufFormatException(
                    "key %s: expected the scores that order a SentencePiece vocabulary, found no such key"
                        .formatted(SCORES)));
    checkLength(SCORES, stored.length);
    for (int id = 0; id < size; id++) {
      if (Float.isNaN(stored[id])) {
        throw new GgufFormatException(
            "key %s: element %d: expected a number, found NaN".formatted(SCORES, id));
      }
    }
    return stored;
  }

  private void checkLength(String key, int length) {
    if (length != size) {
      throw new GgufFormatException(
          "key %s: expected one element per token (%d), found %d".formatted(key, size, length));
    }
  }

  /** The id under {@code key}, or empty when the key is absent or says there is none. */
  OptionalInt id(GgufMetadata metadata, String key) {
    long id = metadata.findInteger(key).orElse(NO_ID);
    if (id == NO_ID || id == -1) {
      return OptionalInt.empty();
    }
    if (id < 0 || id >= size) {
      throw new GgufFormatException(
          "key %s: expected an id from 0 to %d, found %d".formatted(key, size - 1, id));
    }
    return OptionalInt.of((int) id);
  }

  private static byte[] stored(List<String> pieces, int id) {
    return pieces instanceof GgufStrings strings
        ? strings.bytes(id)
        : pieces.get(id).getBytes(StandardCharsets.UTF_8);
  }

  private void append(int id, byte[] stored) {
    int at = starts[id];
    if (texts.length - at < stored.length) {
      texts = Arrays.copyOf(texts, Math.max(texts.length + stored.length, 3 * (texts.length / 2)));
    }
    int end = Spelling.NOT_TEXT;
    switch (type(id)) {
      case NORMAL -> end = spelling.read(stored, 0, stored.length, texts, at);
      case BYTE -> {
        int value = byteValue(id, stored);
        texts[at] = (byte) value;
        end = at + 1;
        if (byteTokens[value] < 0) {
          byteTokens[value] = id;
        }
      }
      case USER_DEFINED, UNKNOWN -> {
        if (isPadding(id, stored)) {
          types[id] = (byte) TokenType.UNUSED.ordinal();
        }
      }
      case CONTROL, UNUSED -> {}
    }
    if (end == Spelling.NOT_TEXT || stored.length == 0) {
      verbatim.set(id);
      System.arraycopy(stored, 0, texts, at, stored.length);
      end = at + stored.length;
    }
    starts[id + 1] = end;
  }

  private static int byteValue(int id, byte[] stored) {
    String found = Utf8.decode(stored, 0, Math.min(stored.length, 2 * BYTE_SPELLING));
    if (stored.length == BYTE_SPELLING
        && HexFormat.isHexDigit(stored[3])
        && HexFormat.isHexDigit(stored[4])) {
      int value = HexFormat.fromHexDigits(found, 3, 5);
      if (byteSpelling(value).equals(found)) {
        return value;
      }
    }
    throw new GgufFormatException(
        "key %s: element %d: expected a byte token from <0x00> to <0xFF>, found %s"
            .formatted(TOKENS, id, Quoted.of(found)));
  }

  private static String byteSpelling(int value) {
    return "<0x" + HEX.toHexDigits((byte) value) + ">";
  }

  /** Rows that exist only to round up the number of rows; converters name them by their id. */
  private static boolean isPadding(int id, byte[] stored) {
    return stored.length > 5
        && stored[0] == '['
        && stored[1] == 'P'
        && Utf8.decode(stored, 0, stored.length).equals("[PAD" + id + "]");
  }

  private PieceTable index() {
    PieceTable ordinary = new PieceTable(texts, starts);
    for (int id = 0; id < size; id++) {
      if (type(id) == TokenType.BYTE) {
        verbatimIds.putIfAbsent(piece(id), id);
      } else if (verbatim.get(id)) {
        verbatimIds.putIfAbsent(piece(id), id);
      } else {
        ordinary.add(id);
      }
    }
    return ordinary;
  }

  int size() {
    return size;
  }

  void checkId(int id) {
    if (id < 0 || id >= size) {
      throw new IllegalArgumentException(
          "token id %d: expected 0 to %d, the rows of the vocabulary".formatted(id, size - 1));
    }
  }

  TokenType type(int id) {
    return TYPES[types[id]];
  }

  float score(int id) {
    return scores[id];
  }

  /** The stored spelling. */
  String piece(int id) {
    if (type(id) == TokenType.BYTE) {
      return byteSpelling(texts[starts[id]]);
    }
    return verbatim.get(id)
        ? Utf8.decode(texts, starts[id], starts[id + 1])
        : spelling.write(texts, starts[id], starts[id + 1]);
  }

  /** The id with this stored spelling, or -1. */
  int find(String piece) {
    Integer id = verbatimIds.get(piece);
    if (id != null) {
      return id;
    }
    byte[] stored = piece.getBytes(StandardCharsets.UTF_8);
    byte[] text = new byte[stored.length];
    int end = spelling.read(stored, 0, stored.length, text, 0);
    return end == Spelling.NOT_TEXT ? -1 : table.find(text, 0, end);
  }

  /** The ordinary token whose text is {@code text[from, to)}, or -1. */
  int find(byte[] text, int from, int to) {
    return table.find(text, from, to);
  }

  /** The token that spells one byte, or -1. */
  int byteToken(byte value) {
    return byteTokens[value & 0xFF];
  }

  /** The token for what cannot be spelled, or -1. */
  int unknown() {
    return unknown;
  }

  /** The tokens at which generation stops, ascending. */
  Set<Integer> endTokens() {
    return Collections.unmodifiableSet(endTokens);
  }

  /** Spellings and ids of the tokens that are not ordinary. */
  Map<String, Integer> verbatimIds() {
    return verbatimIds;
  }

  boolean isOrdinary(int id) {
    return !verbatim.get(id) && type(id) == TokenType.NORMAL;
  }

  /** Whether the token shows in decoded text. */
  boolean hasText(int id) {
    return switch (type(id)) {
      case NORMAL, USER_DEFINED, BYTE -> true;
      case UNKNOWN, CONTROL, UNUSED -> false;
    };
  }

  /** Where the text of a token starts; for {@link #textByte} and {@link #copyText}. */
  int start(int id) {
    return starts[id];
  }

  /** Where the text of a token ends. */
  int end(int id) {
    return starts[id + 1];
  }

  /** A copy of the text of a token. */
  byte[] text(int id) {
    return Arrays.copyOfRange(texts, starts[id], starts[id + 1]);
  }

  byte textByte(int at) {
    return texts[at];
  }

  void copyText(int from, int to, ByteBuffer target) {
    target.put(texts, from, to - from);
  }
}
