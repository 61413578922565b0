package io.maque.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The two algorithms as a textbook tells them, in quadratic time: look at every pair, join the best
 * and leftmost, begin again. Symbols are strings.
 */
final class NaiveMerges {
  private NaiveMerges() {}

  /** Byte-level BPE of one piece, spelled in the alphabet of GPT-2. */
  static List<String> ranked(String piece, List<String> merges) {
    List<String> symbols =
        new ArrayList<>(piece.codePoints().mapToObj(Character::toString).toList());
    while (true) {
      int best = -1;
      int bestRank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = merges.indexOf(symbols.get(i) + " " + symbols.get(i + 1));
        if (rank >= 0 && rank < bestRank) {
          best = i;
          bestRank = rank;
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  /** SentencePiece BPE of a whole text with its spaces escaped; bytes for what is no token. */
  static List<String> scored(String text, Map<String, Float> scores) {
    List<String> symbols =
        new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
    while (true) {
      int best = -1;
      float bestScore = Float.NEGATIVE_INFINITY;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        Float score = scores.get(symbols.get(i) + symbols.get(i + 1));
        if (score != null && score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
      if (best < 0) {
        break;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
    List<String> pieces = new ArrayList<>();
    for (String symbol : symbols) {
      if (scores.containsKey(symbol)) {
        pieces.add(symbol);
      } else {
        for (byte value : symbol.replace('▁', ' ').getBytes(StandardCharsets.UTF_8)) {
          pieces.add("<0x%02X>".formatted(value));
        }
      }
    }
    return pieces;
  }
}
