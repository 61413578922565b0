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
    this.tokens =
        IntStream.range(0, texts.length)
            .filter(id -> texts[id].length > 0)
            .boxed()
            .sorted(Comparator.comparing(id -> texts[id], Arrays::compareUnsigned))
            .mapToInt(Integer::intValue)
            .toArray();
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
