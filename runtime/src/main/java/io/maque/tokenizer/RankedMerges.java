package io.maque.tokenizer;

import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufStrings;
import io.maque.gguf.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Byte-level BPE's order: symbols start as single bytes, and the pair that stands first in {@code
 * tokenizer.ggml.merges} goes first. Of a merge that stands there twice, the first counts.
 */
final class RankedMerges implements MergeRules {
  static final String MERGES = "tokenizer.ggml.merges";

  private final int[] byteTokens = new int[256];

  /** Open-addressing table: {@code left << 32 | right}, plus one so that 0 is a free slot. */
  private final long[] pairs;

  /** Rank and joined token of the pair in the same slot, as {@link #join} answers them. */
  private final long[] joins;

  private final int shift;

  /** Both sides of the merge that is being read. */
  private byte[] text = new byte[256];

  /**
   * Reads the merges.
   *
   * @param merges two stored spellings with a space between them, best first
   * @throws GgufFormatException when one has no space or a side or the result is no token
   */
  RankedMerges(List<String> merges, Vocabulary vocabulary) {
    int bits = 64 - Long.numberOfLeadingZeros(Math.max(1, merges.size() * 4L / 3));
    shift = 64 - bits;
    pairs = new long[1 << bits];
    joins = new long[1 << bits];
    byte[] one = new byte[1];
    for (int value = 0; value < byteTokens.length; value++) {
      one[0] = (byte) value;
      byteTokens[value] = vocabulary.find(one, 0, 1);
    }
    if (Arrays.stream(byteTokens).allMatch(id -> id < 0)) {
      throw new GgufFormatException(
          "key tokenizer.ggml.tokens: expected ordinary tokens that spell single bytes, found none;"
              + " no text could be encoded");
    }
    for (int rank = 0; rank < merges.size(); rank++) {
      byte[] stored =
          merges instanceof GgufStrings strings
              ? strings.bytes(rank)
              : merges.get(rank).getBytes(StandardCharsets.UTF_8);
      add(rank, stored, vocabulary);
    }
  }

  private void add(int rank, byte[] stored, Vocabulary vocabulary) {
    int space = 1;
    while (space < stored.length && stored[space] != ' ') {
      space++;
    }
    if (space + 1 >= stored.length) {
      throw broken(rank, stored, "expected two tokens with a space between them");
    }
    reserve(stored.length);
    int middle = Spelling.BYTE_LEVEL.read(stored, 0, space, text, 0);
    int end =
        middle < 0
            ? Spelling.NOT_TEXT
            : Spelling.BYTE_LEVEL.read(stored, space + 1, stored.length, text, middle);
    if (end >= 0) {
      int left = vocabulary.find(text, 0, middle);
      int right = vocabulary.find(text, middle, end);
      int joined = vocabulary.find(text, 0, end);
      if (left >= 0 && right >= 0 && joined >= 0) {
        put(key(left, right), (long) rank << 32 | joined);
        return;
      }
    }
    checkMissing(rank, stored, space, vocabulary);
  }

  /** A control token is never made by joining; whatever else is missing is a broken file. */
  private static void checkMissing(int rank, byte[] stored, int space, Vocabulary vocabulary) {
    String left = Utf8.decode(stored, 0, space);
    String right = Utf8.decode(stored, space + 1, stored.length);
    for (String piece : List.of(left, right, left + right)) {
      if (vocabulary.find(piece) < 0) {
        throw broken(
            rank, stored, "expected tokens of the vocabulary, which has no " + Quoted.of(piece));
      }
    }
  }

  private void reserve(int bytes) {
    if (text.length < bytes) {
      text = new byte[2 * bytes];
    }
  }

  private static GgufFormatException broken(int rank, byte[] stored, String expected) {
    return new GgufFormatException(
        "key %s: element %d: %s, found \"%s\""
            .formatted(MERGES, rank, expected, Quoted.of(Utf8.decode(stored, 0, stored.length))));
  }

  private static long key(int left, int right) {
    return ((long) left << 32 | right) + 1;
  }

  private void put(long key, long join) {
    int slot = slot(key);
    if (pairs[slot] == 0) {
      pairs[slot] = key;
      joins[slot] = join;
    }
  }

  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> shift);
    while (pairs[slot] != 0 && pairs[slot] != key) {
      slot = slot + 1 & pairs.length - 1;
    }
    return slot;
  }

  @Override
  public int symbolEnd(byte[] text, int start) {
    return start + 1;
  }

  @Override
  public int symbol(byte[] text, int from, int to) {
    return byteTokens[text[from] & 0xFF];
  }

  @Override
  public long join(byte[] text, int[] tokens, int left, int middle, int end) {
    if (tokens[left] < 0 || tokens[middle] < 0) {
      return NO_TOKEN;
    }
    int slot = slot(key(tokens[left], tokens[middle]));
    return pairs[slot] == 0 ? NO_TOKEN : joins[slot];
  }
}
