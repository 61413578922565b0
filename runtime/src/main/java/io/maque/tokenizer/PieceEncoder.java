package io.maque.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;

/**
 * Encodes the stretches of text between special tokens and collects all ids of one call. Belongs to
 * that call, so that its buffers need no lock and are gone afterwards.
 */
final class PieceEncoder {
  private final MergingTokenizer.Scheme scheme;
  private final Vocabulary vocabulary;
  private final Merger merger;

  /** Tokens whose own text is known to join to that one token: most words, so most pieces. */
  private final boolean[] mergesToItself;

  private byte[] piece = new byte[256];
  private int[] ids = new int[256];
  private int count;

  PieceEncoder(
      MergingTokenizer.Scheme scheme,
      Vocabulary vocabulary,
      MergeRules rules,
      boolean[] mergesToItself) {
    this.scheme = scheme;
    this.vocabulary = vocabulary;
    this.merger = new Merger(rules);
    this.mergesToItself = mergesToItself;
  }

  /** The ids collected so far. */
  int[] ids() {
    return Arrays.copyOf(ids, count);
  }

  void add(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count + (count >> 1));
    }
    ids[count++] = id;
  }

  /** Adds the ids of {@code text[from, to)}, which holds no special token. */
  void addText(String text, int from, int to) {
    if (from == to) {
      return;
    }
    if (scheme.composes() && !isComposed(text, from, to)) {
      String composed = Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFC);
      addPieces(composed, 0, composed.length());
    } else {
      addPieces(text, from, to);
    }
  }

  /** Quick answer for most text: nothing below U+0300 is changed by NFC. */
  private static boolean isComposed(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) >= 0x300) {
        return false;
      }
    }
    return true;
  }

  private void addPieces(String text, int from, int to) {
    boolean prefix = scheme.spacePrefix();
    for (int start = from; start < to; prefix = false) {
      int end = scheme.splitter().next(text, start, to);
      int length = prefix ? 1 : 0;
      reserve(length + Math.multiplyExact(Utf8.MAX_PER_CHAR, end - start));
      piece[0] = ' ';
      length = Utf8.encode(text, start, end, piece, length);
      addPiece(length);
      start = end;
    }
  }

  private void reserve(int bytes) {
    if (piece.length < bytes) {
      piece = new byte[Math.max(bytes, 2 * piece.length)];
    }
  }

  private void addPiece(int length) {
    int whole = vocabulary.find(piece, 0, length);
    if (whole >= 0 && (scheme.wholePieces() || mergesToItself[whole])) {
      add(whole);
      return;
    }
    merger.merge(piece, length);
    if (whole >= 0 && merger.token(0) == whole) {
      mergesToItself[whole] = true;
    }
    for (int at = 0; at < length; at = merger.next(at)) {
      int token = merger.token(at);
      if (token >= 0) {
        add(token);
      } else {
        addBytes(at, merger.next(at));
      }
    }
  }

  /** Spells what is no token in byte tokens, or in the unknown token where those are missing. */
  private void addBytes(int from, int to) {
    for (int at = from; at < to; at++) {
      int id = vocabulary.byteToken(piece[at]);
      if (id >= 0) {
        add(id);
      } else if (scheme.spelling() == Spelling.SENTENCE_PIECE && vocabulary.unknown() >= 0) {
        add(vocabulary.unknown());
        return;
      }
    }
  }
}
