package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** SentencePiece BPE on a vocabulary one can read: every expected split is worked out by hand. */
class SentencePieceTest {
  private static final String[] PIECES = {
    "▁▁", "▁he", "he", "ll", "llo", "hello", "▁", "h", "e", "l", "o", "é"
  };

  private final Tokenizer tokenizer = TinyVocabulary.sentencePiece(PIECES).tokenizer();

  private List<String> split(Tokenizer tokenizer, String text, Special special) {
    return Arrays.stream(tokenizer.encode(text, special)).mapToObj(tokenizer::piece).toList();
  }

  @Test
  void joinsBestScoreFirstAndPutsASpaceBeforeTheText() {
    assertThat(split(tokenizer, "hello", Special.TEXT)).containsExactly("▁he", "llo");
    assertThat(split(tokenizer, "hello hello", Special.TEXT))
        .containsExactly("▁he", "llo", "▁he", "llo");
    assertThat(split(tokenizer, " o", Special.TEXT)).containsExactly("▁▁", "o");
    assertThat(split(tokenizer, "é", Special.TEXT)).containsExactly("▁", "é");
  }

  @Test
  void putsASpaceAfterEverySpecialToken() {
    assertThat(split(tokenizer, "<s>o</s>o", Special.PARSE))
        .containsExactly("<s>", "▁", "o", "</s>", "▁", "o");
  }

  @Test
  void noSpaceWhereTheFileSaysSo() {
    Tokenizer plain =
        TinyVocabulary.sentencePiece(PIECES).with("add_space_prefix", false).tokenizer();
    assertThat(split(plain, "<s>hello</s>o", Special.PARSE))
        .containsExactly("<s>", "hello", "</s>", "o");
    assertThat(plain.decode(plain.encode(" hello", Special.TEXT))).isEqualTo(" hello");
  }

  @Test
  void spellsUnknownCharactersInBytesAndReadsTheEscapeAsASpace() {
    assertThat(split(tokenizer, "ñ\n", Special.TEXT))
        .containsExactly("▁", "<0xC3>", "<0xB1>", "<0x0A>");
    assertThat(split(tokenizer, "\u2581o", Special.TEXT)).containsExactly("▁▁", "o");
    assertThat(split(tokenizer, "<0x41>", Special.PARSE)).doesNotContain("<0x41>");
  }

  @Test
  void controlSpellingsOfAUserStayText() {
    assertThat(split(tokenizer, "</s><unk>", Special.TEXT)).doesNotContain("</s>", "<unk>");
    assertThat(split(tokenizer, "<unk>", Special.PARSE)).containsExactly("<unk>");
  }

  @Test
  void longestSpellingWinsAtTheLeftmostPlace() {
    Tokenizer runs =
        TinyVocabulary.sentencePiece(PIECES)
            .with("add_space_prefix", false)
            .add("\n", TokenType.USER_DEFINED)
            .add("\n\n\n", TokenType.USER_DEFINED)
            .add("o\n", TokenType.USER_DEFINED)
            .tokenizer();
    assertThat(split(runs, "\n\n\n\n\n", Special.TEXT)).containsExactly("\n\n\n", "\n", "\n");
    assertThat(split(runs, "o\n\n\n\n", Special.TEXT)).containsExactly("o\n", "\n\n\n");
  }

  @Test
  void decodesWithoutTheFirstSpaceOnlyWhereATextBegins() {
    int[] ids = tokenizer.encode("hello o", Special.TEXT);
    assertThat(tokenizer.decode(ids)).isEqualTo("hello o");
    TokenDecoder continuation = tokenizer.continuation();
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(continuation.accept(id));
    }
    assertThat(text).hasToString(" hello o");
  }

  @Test
  void phi3SpecialTokensSwallowWhiteSpace() {
    TinyVocabulary tiny = TinyVocabulary.sentencePiece(PIECES);
    while (tiny.nextId() < 32000) {
      tiny.add("[PAD%d]".formatted(tiny.nextId()), TokenType.UNKNOWN);
    }
    tiny.add("<|endoftext|>", TokenType.CONTROL).add("<|assistant|>", TokenType.CONTROL);
    while (tiny.nextId() < 32007) {
      tiny.add("<|placeholder%d|>".formatted(tiny.nextId()), TokenType.CONTROL);
    }
    tiny.add("<|end|>", TokenType.CONTROL).add("8", TokenType.NORMAL).add("9", TokenType.NORMAL);
    Tokenizer phi3 = tiny.add("<|user|>", TokenType.CONTROL).tokenizer();
    assertThat(split(phi3, "<|user|>\n \u00a0hello<|end|>\n<|assistant|>\n", Special.PARSE))
        .containsExactly("<|user|>", "▁he", "llo", "<|end|>", "<|assistant|>");
    // A typed U+2581 reads as a space, but is none.
    assertThat(split(phi3, "<|user|> ▁o", Special.PARSE)).containsExactly("<|user|>", "▁▁", "o");
    assertThat(split(phi3, "<|endoftext|> o<s> o", Special.PARSE))
        .containsExactly("<|endoftext|>", "▁▁", "o", "<s>", "▁▁", "o");
    assertThat(phi3.endTokens()).containsExactly(2, 32000, 32001, 32007);
    assertThat(phi3.type(31999)).isEqualTo(TokenType.UNUSED);
  }

  @Test
  void anHtmlTagIsNoEndOfText() {
    Tokenizer html =
        TinyVocabulary.byteLevel("gpt-2")
            .add("<s>", TokenType.USER_DEFINED)
            .add("</s>", TokenType.USER_DEFINED)
            .add("<eos>", TokenType.CONTROL)
            .tokenizer();
    assertThat(html.endTokens()).containsExactly(258);
    assertThat(html.encode("</s>", Special.TEXT)).containsExactly(257);
  }
}
