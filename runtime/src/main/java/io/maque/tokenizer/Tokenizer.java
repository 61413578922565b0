package io.maque.tokenizer;

import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A vocabulary and the rules that turn text into its ids and ids into text.
 *
 * <p>Immutable and safe for any number of threads; only {@link TokenDecoder} belongs to one. The
 * merges of a byte-level vocabulary are read by the first call of {@code encode}, which needs the
 * file open; everything else is copied. Encode an empty text to have that done early.
 *
 * <p>Ids equal those of the tokenizer the model was trained with. Where llama.cpp differs from that
 * (Qwen's NFC normalisation), the original is followed.
 */
public interface Tokenizer {
  /**
   * Reads the vocabulary under {@code tokenizer.ggml.*}.
   *
   * @throws UnsupportedTokenizerException when {@code tokenizer.ggml.model} or {@code
   *     tokenizer.ggml.pre} names a kind Maque does not know
   * @throws GgufFormatException when an array is missing, empty or of the wrong length, a token
   *     type or a byte token is malformed, or an id is outside the vocabulary
   */
  static Tokenizer from(GgufMetadata metadata) {
    return TokenizerReader.read(metadata);
  }

  /** Rows of the vocabulary; ids are 0 to {@code size() - 1}. */
  int size();

  /**
   * The spelling of a token as the file stores it, for example {@code Ġworld} or {@code ▁world}.
   *
   * @throws IllegalArgumentException when the id is outside the vocabulary
   */
  String piece(int id);

  /**
   * The type of a token: as stored, except that the end tokens of {@link #endTokens()} are always
   * {@link TokenType#CONTROL} and the padding rows a converter adds ({@code [PAD151700]}) are
   * always {@link TokenType#UNUSED}, whatever the file calls them.
   *
   * @throws IllegalArgumentException when the id is outside the vocabulary
   */
  TokenType type(int id);

  /**
   * The bytes that a token adds to a text, not always whole characters; none for control, unknown
   * and unused tokens.
   *
   * @throws IllegalArgumentException when the id is outside the vocabulary
   */
  byte[] bytes(int id);

  /** The id whose stored spelling is {@code piece}; of several, the lowest. */
  OptionalInt find(String piece);

  /**
   * The ids of a text, without BOS or EOS. Same as {@link #encode(List)} with one segment.
   *
   * @throws IllegalArgumentException when the text is longer than 2²⁸ characters
   * @throws GgufFormatException on first use, when the merges of the vocabulary are broken
   */
  int[] encode(String text, Special special);

  /**
   * The ids of the text the segments form together, without BOS or EOS.
   *
   * <p>Borders of segments are invisible: as long as no {@link Special#TEXT} segment contains a
   * control spelling, the ids equal those of the joined text under {@link Special#PARSE}. A control
   * spelling becomes its token only if every character of it lies in {@link Special#PARSE}
   * segments, so no user text can complete or imitate one. Of overlapping spellings the leftmost
   * wins, then the longest.
   *
   * <p>Characters that are no text encode all the same: NUL and unassigned characters as their
   * UTF-8 bytes, a surrogate without its partner as U+FFFD.
   *
   * @throws IllegalArgumentException when the text is longer than 2²⁸ characters
   * @throws GgufFormatException on first use, when the merges of the vocabulary are broken
   */
  int[] encode(List<TextSegment> segments);

  /** The token that begins a text, if there is one. */
  OptionalInt bos();

  /** The token that ends a text, if there is one; see {@link #endTokens()} for when to stop. */
  OptionalInt eos();

  /** Whether the model expects {@link #bos()} before a prompt that does not begin with it. */
  boolean addBos();

  /** Whether the model expects {@link #eos()} after a text. */
  boolean addEos();

  /**
   * Every token at which generation stops: the EOS, EOT and EOM ids of the file and the tokens
   * whose spelling is known to end a turn ({@code <|im_end|>}, {@code <|end|>}, {@code
   * <end_of_turn>} …), since many files name only one of the several their model emits.
   */
  Set<Integer> endTokens();

  /**
   * A decoder for a text that begins here, such as an answer in a chat: where the vocabulary puts a
   * space before every text (LLaMA, Phi-3), the first one is dropped.
   */
  TokenDecoder decoder();

  /** A decoder for a text that goes on here, such as the completion of a prompt: drops nothing. */
  TokenDecoder continuation();

  /**
   * The text of all ids. Control, unknown and unused tokens have no text; bytes that are not UTF-8
   * read as U+FFFD.
   *
   * @throws IllegalArgumentException when an id is outside the vocabulary
   */
  String decode(int[] ids);
}
