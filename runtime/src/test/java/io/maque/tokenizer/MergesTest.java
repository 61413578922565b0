package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heap against the textbook, on random vocabularies whose tokens overlap in every way. */
class MergesTest {
  private static final long SEED = 20260102;

  @Test
  void joinsByRankLikeTheTextbook() {
    Random random = new Random(SEED);
    for (int run = 0; run < 300; run++) {
      List<String> symbols = new ArrayList<>(List.of("a", "b", "c"));
      List<String> merges = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        String left = symbols.get(random.nextInt(symbols.size()));
        String right = symbols.get(random.nextInt(symbols.size()));
        merges.add(left + " " + right);
        symbols.add(left + right);
      }
      Tokenizer tokenizer =
          TinyVocabulary.byteLevel("gpt-2", merges.toArray(String[]::new)).tokenizer();
      for (int text = 0; text < 20; text++) {
        String piece = randomText(random, "abc", 1 + random.nextInt(60));
        assertThat(pieces(tokenizer, piece))
            .as("seed %d, run %d, %s of %s", SEED, run, piece, merges)
            .isEqualTo(NaiveMerges.ranked(piece, merges));
      }
    }
  }

  @Test
  void joinsByScoreLikeTheTextbook() {
    Random random = new Random(SEED);
    for (int run = 0; run < 300; run++) {
      Map<String, Float> scores = new HashMap<>();
      List<String> pieces = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String piece = randomText(random, "ab▁é", 1 + random.nextInt(5));
        if (!pieces.contains(piece)) {
          pieces.add(piece);
        }
      }
      TinyVocabulary tiny =
          TinyVocabulary.sentencePiece(pieces.toArray(String[]::new))
              .with("add_space_prefix", false);
      float[] all = new float[tiny.nextId()];
      for (int i = 0; i < pieces.size(); i++) {
        float score = random.nextInt(6) - 3; // few values, so many ties
        all[all.length - pieces.size() + i] = score;
        scores.put(pieces.get(i), score);
      }
      Tokenizer tokenizer = tiny.with("scores", all).tokenizer();
      for (int text = 0; text < 20; text++) {
        String escaped = randomText(random, "ab▁▁éx", 1 + random.nextInt(60));
        assertThat(pieces(tokenizer, escaped.replace('▁', ' ')))
            .as("seed %d, run %d, %s of %s", SEED, run, escaped, scores)
            .isEqualTo(NaiveMerges.scored(escaped, scores));
      }
    }
  }

  private static String randomText(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static List<String> pieces(Tokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text, Special.TEXT)).mapToObj(tokenizer::piece).toList();
  }

  /** Would take hours in quadratic time, and overflow the stack of a recursive expression. */
  @Test
  @Timeout(120)
  void longRunsTakeNoLongerThanTheirLength() {
    Tokenizer byteLevel =
        TinyVocabulary.byteLevel("qwen2", "a a", "aa aa", "a b", "Ċ Ċ", "Ġ Ġ", "ĠĠ ĠĠ", "Ì ģ")
            .add("\n\n", TokenType.USER_DEFINED)
            .tokenizer();
    Tokenizer sentencePiece =
        TinyVocabulary.sentencePiece("a", "b", "▁", "aa", "aaaa", "ab", "▁▁", "▁▁▁▁", "▁a")
            .add("  ", TokenType.USER_DEFINED)
            .tokenizer();
    assertThat(byteLevel.encode("a".repeat(10_000_000), Special.TEXT)).hasSize(2_500_000);
    for (Tokenizer tokenizer : List.of(byteLevel, sentencePiece)) {
      for (String unit : List.of("a", "\n", " ", "ab", "1", "\u0301", "<", "é", " \n", "a ")) {
        String text = unit.repeat(1 << 20);
        String back = tokenizer.decode(tokenizer.encode(text, Special.PARSE));
        assertThat(back.equals(text)).as("2^20 times '%s'", unit).isTrue();
      }
    }
  }
}
