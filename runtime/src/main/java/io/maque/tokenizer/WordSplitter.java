package io.maque.tokenizer;

import java.util.BitSet;

/**
 * Cuts before each run of spaces. SentencePiece itself cuts nothing, but where no token holds a
 * character followed by a space, nothing can be joined across that place, so cutting there changes
 * no id and keeps the pieces short.
 *
 * @param joiners UTF-16 units that some token has directly before a space; no cut after these
 */
record WordSplitter(BitSet joiners) implements Splitter {
  /** The splitter for a vocabulary. */
  static WordSplitter of(Vocabulary vocabulary) {
    BitSet joiners = new BitSet();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.isOrdinary(id) && hasInnerSpace(vocabulary, id)) {
        String piece = vocabulary.piece(id);
        for (int i = 1; i < piece.length(); i++) {
          if (piece.charAt(i) == Spelling.ESCAPED_SPACE) {
            joiners.set(piece.charAt(i - 1));
          }
        }
      }
    }
    return new WordSplitter(joiners);
  }

  private static boolean hasInnerSpace(Vocabulary vocabulary, int id) {
    for (int at = vocabulary.start(id) + 1; at < vocabulary.end(id); at++) {
      if (vocabulary.textByte(at) == ' ' && vocabulary.textByte(at - 1) != ' ') {
        return true;
      }
    }
    return false;
  }

  @Override
  public int next(String text, int from, int to) {
    int end = from + 1;
    while (end < to && !isCut(text.charAt(end - 1), text.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean isCut(char before, char c) {
    return c == ' ' && before != ' ' && !joiners.get(before);
  }
}
