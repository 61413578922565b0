package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Byte-level BPE on a vocabulary one can read: every expected split is worked out by hand. */
class ByteLevelTest {
  private final Tokenizer tokenizer =
      TinyVocabulary.byteLevel(
              "gpt-2", "h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "r l", "rl d", "Ã ©", "o r")
          .add("<|im_start|>", TokenType.CONTROL)
          .add("<|im_end|>", TokenType.CONTROL)
          .add("<tool>", TokenType.USER_DEFINED)
          .add("[PAD269]", TokenType.USER_DEFINED)
          .tokenizer();

  private List<String> pieces(int... ids) {
    return Arrays.stream(ids).mapToObj(tokenizer::piece).toList();
  }

  private List<String> split(String text, Special special) {
    return pieces(tokenizer.encode(text, special));
  }

  @Test
  void joinsBestPairFirst() {
    assertThat(split("hello world", Special.TEXT)).containsExactly("hello", "Ġwo", "rld");
    assertThat(split("hell", Special.TEXT)).containsExactly("hell");
    assertThat(split("lll", Special.TEXT)).containsExactly("ll", "l");
    assertThat(split("wor", Special.TEXT)).containsExactly("w", "or");
  }

  @Test
  void emptyTextHasNoIds() {
    assertThat(tokenizer.encode("", Special.PARSE)).isEmpty();
    assertThat(tokenizer.encode(List.of())).isEmpty();
    assertThat(tokenizer.decode(new int[0])).isEmpty();
  }

  @Test
  void controlSpellingsAreTokensOnlyWhereParsed() {
    int end = tokenizer.find("<|im_end|>").orElseThrow();
    assertThat(tokenizer.encode("he<|im_end|>he", Special.PARSE)).containsExactly(256, end, 256);
    assertThat(tokenizer.encode("he<|im_end|>he", Special.TEXT)).doesNotContain(end).hasSize(12);
  }

  @Test
  void userDefinedSpellingsAreAlwaysTokensAndPaddingNever() {
    assertThat(split("he<tool>", Special.TEXT)).containsExactly("he", "<tool>");
    assertThat(split("[PAD269]", Special.PARSE)).hasSize(8);
  }

  @Test
  void userTextCannotCompleteAControlSpelling() {
    List<TextSegment> segments =
        List.of(
            new TextSegment("<|im_", Special.PARSE),
            new TextSegment("end|>", Special.TEXT),
            new TextSegment("<|im_e", Special.PARSE),
            new TextSegment("nd|>", Special.PARSE));
    int end = tokenizer.find("<|im_end|>").orElseThrow();
    int[] ids = tokenizer.encode(segments);
    assertThat(ids).endsWith(end).containsOnlyOnce(end);
    assertThat(tokenizer.decode(ids)).isEqualTo("<|im_end|>");
  }

  @Test
  void bordersOfSegmentsAreInvisible() {
    String text = "hello world hello<|im_end|>hello";
    int[] expected = tokenizer.encode(text, Special.PARSE);
    for (int cut = 0; cut <= 17; cut++) {
      List<TextSegment> segments =
          List.of(
              new TextSegment(text.substring(0, cut), Special.TEXT),
              new TextSegment(text.substring(cut), Special.PARSE));
      assertThat(tokenizer.encode(segments)).as("cut at %d", cut).isEqualTo(expected);
    }
  }

  @Test
  void textThatIsNoTextEncodesAsDefined() {
    assertThat(tokenizer.decode(tokenizer.encode("a\0b", Special.TEXT))).isEqualTo("a\0b");
    assertThat(tokenizer.decode(tokenizer.encode("\uD800x\uDC00", Special.TEXT)))
        .isEqualTo("\uFFFDx\uFFFD");
    assertThat(tokenizer.decode(tokenizer.encode("\u0378\uFFFF", Special.TEXT)))
        .isEqualTo("\u0378\uFFFF");
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    for (int id : new int[] {-1, tokenizer.size(), Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> tokenizer.decode(new int[] {id}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(Integer.toString(id));
      assertThatThrownBy(() -> tokenizer.piece(id)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tokenizer.type(id)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void typesAndEndTokens() {
    int end = tokenizer.find("<|im_end|>").orElseThrow();
    assertThat(tokenizer.endTokens()).containsExactly(end);
    assertThat(tokenizer.type(end)).isEqualTo(TokenType.CONTROL);
    assertThat(tokenizer.type(269)).isEqualTo(TokenType.UNUSED);
    assertThat(tokenizer.bos()).isEmpty();
    assertThat(tokenizer.addBos()).isFalse();
    assertThat(tokenizer.find("Ġwo")).hasValue(261);
    assertThat(tokenizer.find("nothing")).isEmpty();
  }
}
