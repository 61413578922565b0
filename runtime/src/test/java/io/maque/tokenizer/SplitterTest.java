package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each hand-written splitter against the regular expression it stands for. */
class SplitterTest {
  private static final long SEED = 20260101;

  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3 =
      "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2 = LLAMA3.replace("{1,3}", "");
  private static final String QWEN35 =
      QWEN2.replace("?\\p{L}+", "?[\\p{L}\\p{M}]+").replace("[^\\s\\p{L}", "[^\\s\\p{L}\\p{M}");

  /** Characters around every border between the classes, and what contractions are made of. */
  private static final String[] ALPHABET = {
    "a", "Z", "é", "世", "ง", "ſ", "𐐷", "ª", "\u0301", "\u0e34", "\u20dd", "7", "٣", "²", "Ⅷ", "𝟙",
    " ", " ", " ", "\t", "\n", "\r", "\u000b", "\u0085", "\u00a0", "\u2003", "\u2028", "\u3000",
    "\u180e", "\u200b", "\ufeff", "\u001c", "\u001f", "'", "'", "s", "S", "t", "T", "r", "e", "E",
    "v", "m", "M", "l", "L", "d", "D", ".", "-", "_", "$", "€", "😀", "\u200d", "\u0000", "\u0378",
    "\ud800", "\udc00"
  };

  static Stream<Arguments> splitters() {
    return Stream.of(
        Arguments.of(new Gpt2Splitter(false), "", GPT2),
        Arguments.of(new Gpt2Splitter(true), "\\p{N}", GPT2),
        Arguments.of(new Llama3Splitter(3, false), "", LLAMA3),
        Arguments.of(new Llama3Splitter(1, false), "", QWEN2),
        Arguments.of(new Llama3Splitter(1, true), "", QWEN35));
  }

  @ParameterizedTest
  @MethodSource("splitters")
  void cutsLikeTheExpression(Splitter splitter, String first, String expression) {
    Random random = new Random(SEED);
    Pattern pattern = Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS);
    for (int run = 0; run < 40_000; run++) {
      StringBuilder text = new StringBuilder();
      for (int length = 1 + random.nextInt(12); length > 0; length--) {
        text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
      }
      assertThat(cut(splitter, text.toString()))
          .as("seed %d, run %d", SEED, run)
          .isEqualTo(cut(first, pattern, text.toString()));
    }
  }

  private static List<String> cut(Splitter splitter, String text) {
    List<String> pieces = new ArrayList<>();
    int end;
    for (int at = 0; at < text.length(); at = end) {
      end = splitter.next(text, at, text.length());
      assertThat(end).isGreaterThan(at);
      pieces.add(text.substring(at, end));
    }
    return pieces;
  }

  /** What {@code first} matches is cut out alone, and {@code pattern} cuts what lies between. */
  private static List<String> cut(String first, Pattern pattern, String text) {
    List<String> pieces = new ArrayList<>();
    if (first.isEmpty()) {
      add(pattern, text, pieces);
      return pieces;
    }
    Matcher matcher = Pattern.compile(first, Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
    int at = 0;
    while (matcher.find()) {
      add(pattern, text.substring(at, matcher.start()), pieces);
      pieces.add(matcher.group());
      at = matcher.end();
    }
    add(pattern, text.substring(at), pieces);
    return pieces;
  }

  private static void add(Pattern pattern, String text, List<String> pieces) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      pieces.add(matcher.group());
    }
  }

  @Test
  void cutsWordsBeforeSpacesUnlessATokenSpansTheBorder() {
    Splitter plain = WordSplitter.of(vocabulary("▁a", "b", "▁▁"));
    assertThat(cut(plain, "a bb  c ")).containsExactly("a", " bb", "  c", " ");
    Splitter joining = WordSplitter.of(vocabulary("▁a", ">▁<"));
    assertThat(cut(joining, "a> <b a")).containsExactly("a> <b", " a");
  }

  private static Vocabulary vocabulary(String... pieces) {
    return new Vocabulary(TinyVocabulary.sentencePiece(pieces).metadata(), Spelling.SENTENCE_PIECE);
  }
}
