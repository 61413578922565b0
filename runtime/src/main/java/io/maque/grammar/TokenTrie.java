package io.maque.grammar;

import io.maque.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The bytes of all tokens of a vocabulary as a tree, its nodes in the order of a walk that visits
 * parents first: a branch that a grammar forbids is skipped by one jump. Node 0 is the empty text.
 * Control, unknown and unused tokens have no bytes and are not in it. Immutable; make one per
 * vocabulary and keep it, some ten megabytes for 150,000 tokens.
 */
public final class TokenTrie {
  private final byte[][] texts;
  private final int vocabularySize;
  private final int maxLength;
  private final Set<Integer> endTokens;

  /** The byte that leads to a node. */
  private final byte[] labels;

  private final short[] depths;

  /** The node after the last one below a node. */
  private final int[] ends;

  /** Where a node's tokens begin in {@link #tokens}; they end where the next node's begin. */
  private final int[] firstTokens;

  private final int[] tokens;

  private TokenTrie(byte[][] texts, Set<Integer> endTokens) {
    this.texts = texts;
    this.vocabularySize = texts.length;
    this.endTokens = Set.copyOf(endTokens);
    this.tokens = sorted(texts);
    this.maxLength = Arrays.stream(texts).mapToInt(text -> text.length).max().orElse(0);
    int nodes = 1;
    byte[] previous = {};
    for (int id : tokens) {
      nodes += texts[id].length - common(previous, texts[id]);
      previous = texts[id];
    }
    labels = new byte[nodes];
    depths = new short[nodes];
    ends = new int[nodes];
    firstTokens = new int[nodes + 1];
    grow(nodes);
  }

  /** The tree of a tokenizer's vocabulary. */
  public static TokenTrie of(Tokenizer tokenizer) {
    byte[][] texts = new byte[tokenizer.size()][];
    for (int id = 0; id < texts.length; id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (bytes.length > Short.MAX_VALUE) {
        throw new GrammarException(
            "token %d: expected at most %d bytes, found %d"
                .formatted(id, Short.MAX_VALUE, bytes.length));
      }
      texts[id] = bytes;
    }
    tokenizer.endTokens().forEach(id -> texts[id] = new byte[0]);
    return new TokenTrie(texts, tokenizer.endTokens());
  }

  /**
   * The ids of all tokens with bytes, in the order of their bytes. Numbers made of the first bytes
   * and the id are sorted first, which leaves little for comparisons of texts.
   */
  private static int[] sorted(byte[][] texts) {
    long[] keys =
        IntStream.range(0, texts.length)
            .filter(id -> texts[id].length > 0)
            .mapToLong(id -> begin(texts[id]) << Integer.SIZE | id)
            .sorted()
            .toArray();
    int[] ids = new int[keys.length];
    for (int from = 0, to; from < keys.length; from = to) {
      for (to = from;
          to < keys.length && keys[to] >> Integer.SIZE == keys[from] >> Integer.SIZE; ) {
        ids[to] = (int) keys[to++];
      }
      sort(ids, from, to, texts);
    }
    return ids;
  }

  /** The first bytes of a text as a number of 31 bits, so that larger numbers come later. */
  private static long begin(byte[] text) {
    long number = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      number = number << Byte.SIZE | (i < text.length ? text[i] & 0xFF : 0);
    }
    return number >> 1;
  }

  /** Sorts few ids, most of which are in order. */
  private static void sort(int[] ids, int from, int to, byte[][] texts) {
    Integer[] some = IntStream.range(from, to).mapToObj(i -> ids[i]).toArray(Integer[]::new);
    Arrays.sort(some, Comparator.comparing(id -> texts[id], Arrays::compareUnsigned));
    for (int i = from; i < to; i++) {
      ids[i] = some[i - from];
    }
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  private void grow(int nodes) {
    int[] path = new int[maxLength + 1];
    int depth = 0;
    int next = 1;
    byte[] previous = {};
    for (int i = 0; i < tokens.length; i++) {
      byte[] text = texts[tokens[i]];
      int shared = common(previous, text);
      for (; depth > shared; depth--) {
        ends[path[depth]] = next;
      }
      for (; depth < text.length; next++) {
        labels[next] = text[depth];
        depths[next] = (short) ++depth;
        path[depth] = next;
        firstTokens[next] = i;
      }
      previous = text;
    }
    for (; depth >= 0; depth--) {
      ends[path[depth]] = next;
    }
    firstTokens[nodes] = tokens.length;
  }

  /** Rows of the vocabulary. */
  int vocabularySize() {
    return vocabularySize;
  }

  /** Bytes of the longest token. */
  int maxLength() {
    return maxLength;
  }

  /** Ids at which generation stops. */
  Set<Integer> endTokens() {
    return endTokens;
  }

  /** The bytes of a token. */
  byte[] text(int id) {
    return texts[id];
  }

  int label(int node) {
    return labels[node] & 0xFF;
  }

  int depth(int node) {
    return depths[node];
  }

  int end(int node) {
    return ends[node];
  }

  boolean hasChildren(int node) {
    return ends[node] > node + 1;
  }

  /** The first of the tokens whose bytes are those on the way to {@code node}. */
  int firstToken(int node) {
    return firstTokens[node];
  }

  int token(int i) {
    return tokens[i];
  }
}
