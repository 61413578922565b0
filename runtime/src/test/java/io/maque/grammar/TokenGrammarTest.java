package io.maque.grammar;

import static io.maque.grammar.Expression.any;
import static io.maque.grammar.Expression.choice;
import static io.maque.grammar.Expression.literal;
import static io.maque.grammar.Expression.oneOf;
import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.range;
import static io.maque.grammar.Expression.reference;
import static io.maque.grammar.Expression.repeat;
import static io.maque.grammar.Expression.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.sampling.TokenConstraint;
import io.maque.tokenizer.TinyVocabulary;
import io.maque.tokenizer.TokenType;
import io.maque.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Masks of whole vocabularies against one token after the other. */
class TokenGrammarTest {

  /** A little JSON, with everything a mask must get right: recursion, counts, several ways. */
  private static Map<String, Expression> json(int minItems, int maxItems, int min, int max) {
    Map<String, Expression> rules = new LinkedHashMap<>();
    rules.put("value", choice(reference("list"), reference("text"), reference("number")));
    rules.put(
        "list",
        sequence(
            literal("["),
            reference("value"),
            repeat(
                sequence(literal(","), optional(literal(" ")), reference("value")),
                minItems,
                maxItems),
            literal("]")));
    Expression character =
        choice(range('a', 'z'), range(0x80, 0x10FFFF), sequence(literal("\\"), oneOf("\"n")));
    rules.put("text", sequence(literal("\""), repeat(character, min, max), literal("\"")));
    Expression digits = sequence(range('0', '9'), any(range('0', '9')));
    rules.put("number", choice(digits, sequence(digits, literal("."), digits)));
    return rules;
  }

  private static Tokenizer pieces(Random random) {
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder piece = new StringBuilder();
      int length = 1 + random.nextInt(6);
      for (int c = 0; c < length; c++) {
        piece.appendCodePoint("[],\"\"\\na1.é😀▁".codePoints().toArray()[random.nextInt(13)]);
      }
      pieces.add(piece.toString());
    }
    return TinyVocabulary.sentencePiece(pieces.stream().distinct().toArray(String[]::new))
        .add("<|end|>", TokenType.CONTROL)
        .add("[1]", TokenType.USER_DEFINED)
        .add("[PAD]", TokenType.UNUSED)
        .tokenizer();
  }

  @Test
  void masksEqualTheVerdictOnEachToken() {
    for (int round = 0; round < 20; round++) {
      long seed = 900 + round;
      Random random = new Random(seed);
      Tokenizer tokenizer = pieces(random);
      int minItems = random.nextInt(3);
      int min = random.nextInt(3);
      boolean counted = random.nextBoolean();
      Grammar grammar =
          Grammar.compile(
              json(
                  minItems,
                  counted ? 300 + random.nextInt(3) : minItems + random.nextInt(3),
                  counted && random.nextBoolean() ? 6 : min,
                  counted ? 100 : min + random.nextInt(4)),
              "value");
      TokenGrammar tokens = new TokenGrammar(grammar, TokenTrie.of(tokenizer));
      for (int answer = 0; answer < 6; answer++) {
        checkAnswer(grammar, tokens.create(), tokenizer, random, "seed " + seed);
      }
    }
  }

  /** Answers by drawing among what is allowed, comparing every mask with the plain verdict. */
  private static void checkAnswer(
      Grammar grammar,
      TokenConstraint constraint,
      Tokenizer tokenizer,
      Random random,
      String description) {
    Pushdown pushdown = new Pushdown(grammar);
    Config config = pushdown.start();
    for (int step = 0; step < 40; step++) {
      long[] allowed = constraint.allowed();
      List<Integer> choices = new ArrayList<>();
      for (int id = 0; id < tokenizer.size(); id++) {
        boolean expected =
            tokenizer.endTokens().contains(id)
                ? config.mayEnd
                : goesOn(pushdown, config, tokenizer.bytes(id));
        assertThat((allowed[id >> 6] & 1L << id) != 0)
            .as("%s, step %d, token %d %s", description, step, id, tokenizer.piece(id))
            .isEqualTo(expected);
        if (expected) {
          choices.add(id);
        }
      }
      assertThat(constraint.complete()).isEqualTo(config.tops.isEmpty());
      int id = choices.get(random.nextInt(choices.size()));
      constraint.accept(id);
      if (tokenizer.endTokens().contains(id)) {
        return;
      }
      for (byte value : tokenizer.bytes(id)) {
        config = pushdown.step(config, value & 0xFF);
      }
    }
  }

  private static boolean goesOn(Pushdown pushdown, Config config, byte[] bytes) {
    Config at = config;
    for (byte value : bytes) {
      at = pushdown.step(at, value & 0xFF);
    }
    return bytes.length > 0 && !at.dead();
  }

  @Test
  void theEndIsAllowedExactlyWhereTheTextMayEnd() {
    Tokenizer tokenizer =
        TinyVocabulary.byteLevel("qwen2", "a b").add("<|im_end|>", TokenType.CONTROL).tokenizer();
    int end = 257;
    Grammar grammar =
        Grammar.compile(Map.of("s", sequence(literal("ab"), optional(literal("c")))), "s");
    TokenConstraint constraint = new TokenGrammar(grammar, TokenTrie.of(tokenizer)).create();

    assertThat(ids(constraint)).containsExactly((int) 'a', 256);
    constraint.accept(256);
    assertThat(ids(constraint)).containsExactly((int) 'c', end);
    assertThat(constraint.complete()).isFalse();
    constraint.accept('c');
    assertThat(ids(constraint)).containsExactly(end);
    assertThat(constraint.complete()).isTrue();
    assertThatThrownBy(() -> constraint.accept('c')).isInstanceOf(IllegalArgumentException.class);
    constraint.accept(end);
  }

  @Test
  void nestingEndsBeforeTheStackDoes() {
    Map<String, Expression> lists =
        Map.of(
            "list",
            sequence(literal("[a"), choice(reference("list"), reference("x")), literal("]")),
            "open",
            sequence(literal("["), choice(reference("open"), literal("x")), literal("]")),
            "x",
            literal("x"));
    TokenTrie trie = TokenTrie.of(TinyVocabulary.byteLevel("qwen2").tokenizer());
    TokenConstraint open = new TokenGrammar(Grammar.compile(lists, "open"), trie).create();
    TokenConstraint closed = new TokenGrammar(Grammar.compile(lists, "list"), trie).create();

    while (ids(open).contains((int) '[')) {
      open.accept('[');
    }
    assertThat(ids(open)).containsExactly((int) 'x');
    assertThatThrownBy(
            () -> {
              while (true) {
                closed.allowed();
                closed.accept('[');
                closed.allowed();
                closed.accept('a');
              }
            })
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("too deep");
  }

  private static List<Integer> ids(TokenConstraint constraint) {
    long[] allowed = constraint.allowed();
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < 64 * allowed.length; id++) {
      if ((allowed[id >> 6] & 1L << id) != 0) {
        ids.add(id);
      }
    }
    return ids;
  }
}
