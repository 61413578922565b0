package io.maque.grammar;

import static io.maque.grammar.Expression.EMPTY;
import static io.maque.grammar.Expression.UNBOUNDED;
import static io.maque.grammar.Expression.any;
import static io.maque.grammar.Expression.choice;
import static io.maque.grammar.Expression.literal;
import static io.maque.grammar.Expression.noneOf;
import static io.maque.grammar.Expression.oneOf;
import static io.maque.grammar.Expression.optional;
import static io.maque.grammar.Expression.range;
import static io.maque.grammar.Expression.reference;
import static io.maque.grammar.Expression.repeat;
import static io.maque.grammar.Expression.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.grammar.Expression.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Grammars byte by byte, without a vocabulary. */
class GrammarTest {

  @Test
  void matchesWhatTheExpressionsSay() {
    Grammar greeting =
        grammar(
            sequence(
                choice(literal("Hello"), literal("Grüße")),
                optional(sequence(literal(", "), repeat(range('a', 'z'), 1, 3))),
                oneOf("!?")));

    assertMatches(greeting, "Hello!", "Grüße?", "Hello, you!");
    assertRefuses(greeting, "", "Hello", "Hello, !", "Hello, four!", "Gruße!", "Hello!!");
  }

  @Test
  void countsLongRepetitions() {
    for (int[] bounds : new int[][] {{0, 300}, {290, 300}, {290, UNBOUNDED}, {300, 300}}) {
      Grammar many =
          grammar(sequence(repeat(noneOf(List.of(new Range('"', '"'))), bounds[0], bounds[1])));

      for (int length : new int[] {0, 1, 289, 290, 299, 300, 301, 400}) {
        boolean expected = length >= bounds[0] && length <= bounds[1];
        assertThat(matches(many, "é".repeat(length))).isEqualTo(expected);
      }
    }
  }

  @Test
  void countsWhatMayEndInSeveralWays() {
    Grammar words = grammar(repeat(choice(literal("a"), literal("ab"), literal("ba")), 100, 200));

    assertMatches(words, "ab".repeat(100), "a".repeat(200), "ba".repeat(150), "aba".repeat(70));
    assertRefuses(words, "a".repeat(99), "a".repeat(201), "ab".repeat(201), "b".repeat(100));
  }

  @Test
  void rulesCallThemselves() {
    Grammar brackets =
        Grammar.compile(
            Map.of(
                "list",
                sequence(
                    literal("["),
                    optional(
                        sequence(
                            reference("item"), any(sequence(literal(","), reference("item"))))),
                    literal("]")),
                "item",
                choice(reference("list"), repeat(range('0', '9'), 1, UNBOUNDED))),
            "list");

    assertMatches(brackets, "[]", "[1,[],[2,[33]]]", "[".repeat(200) + "]".repeat(200));
    assertRefuses(brackets, "", "[", "[,]", "[1,]", "[]]", "1");
    assertThat(matches(brackets, "[".repeat(600) + "]".repeat(600))).isFalse();
  }

  @Test
  void aCallAtTheEndOfItsRuleNeedsNoStack() {
    Grammar list =
        Grammar.compile(Map.of("as", choice(EMPTY, sequence(literal("a"), reference("as")))), "as");

    assertThat(matches(list, "a".repeat(5000))).isTrue();
  }

  @Test
  void bothMeansIntersection() {
    Grammar both =
        grammar(
            new Expression.Both(
                any(choice(literal("ab"), literal("c"))), repeat(range('a', 'z'), 3, 4)));

    assertMatches(both, "abc", "cab", "ccc", "abab", "ccab");
    assertRefuses(both, "", "ab", "abcab", "abca", "bca");
  }

  @Test
  void refusesGrammarsThatCannotBeUsed() {
    assertRefused(Map.of("a", reference("b")), "no rule is called b");
    assertRefused(Map.of("b", EMPTY), "no rule is called a");
    assertRefused(Map.of("a", sequence(literal("x"), reference("a"))), "some finite text");
    assertRefused(Map.of("a", noneOf(List.of(new Range(0, 0x10FFFF)))), "some finite text");
    assertRefused(
        Map.of(
            "a",
            choice(literal("x"), sequence(reference("b"), reference("a"))),
            "b",
            optional(literal("y"))),
        "before it calls itself");
    assertRefused(Map.of("a", repeat(optional(literal("x")), 0, 1000)), "never empty");
    assertRefused(
        Map.of("a", new Expression.Both(reference("b"), EMPTY), "b", EMPTY), "no call of a rule");
  }

  @Test
  void refusesGrammarsThatAreTooLarge() {
    Expression deep = literal("x");
    for (int i = 0; i < 100_000; i++) {
      deep = sequence(deep);
    }
    Expression tower = range('a', 'z');
    for (int i = 0; i < 8; i++) {
      tower = new Expression.Both(repeat(tower, 0, 100), any(range('a', 'z')));
    }
    List<Expression> many = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      many.add(literal("value number " + i));
    }
    // A million states when made deterministic: the 20th character from the end is an a.
    Expression exponential =
        sequence(any(oneOf("ab")), literal("a"), repeat(oneOf("ab"), 20, 20), literal("!"));

    assertRefused(Map.of("a", deep), "deep");
    assertRefused(Map.of("a", tower), "states");
    assertRefused(Map.of("a", new Expression.Choice(many)), "states");
    assertRefused(Map.of("a", exponential), "states");
  }

  @Test
  void aTextThatCanBeReadInTooManyWaysIsAnError() {
    Grammar ambiguous =
        Grammar.compile(
            Map.of(
                "a", choice(literal("x"), reference("b"), reference("c")),
                "b", sequence(literal("("), reference("a"), literal(")")),
                "c", sequence(literal("("), reference("a"), literal(")"), literal("?"))),
            "a");

    assertMatches(ambiguous, "((x)?)", "(((x)))?");
    assertThatThrownBy(() -> matches(ambiguous, "(".repeat(40)))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining("ways to read");
  }

  /** Random expressions against the JDK's regular expressions, character by character. */
  @Test
  void agreesWithJdkPatterns() {
    for (int round = 0; round < 400; round++) {
      long seed = 5_000 + round;
      Random random = new Random(seed);
      StringBuilder regex = new StringBuilder();
      Grammar grammar = grammar(random(random, 4, regex));
      Pattern pattern = Pattern.compile(regex.toString());
      for (int i = 0; i < 30; i++) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(9);
        for (int c = 0; c < length; c++) {
          text.appendCodePoint("abé😀".codePoints().toArray()[random.nextInt(4)]);
        }
        Matcher matcher = pattern.matcher(text);
        boolean expected = matcher.matches();
        Config config = run(grammar, text.toString());

        assertThat(config.mayEnd).as("seed %d: %s on %s", seed, regex, text).isEqualTo(expected);
        // hitEnd: more input might have matched. It may say so where nothing would help.
        if (!expected && !matcher.hitEnd()) {
          assertThat(config.dead()).as("seed %d: %s on %s", seed, regex, text).isTrue();
        }
      }
    }
  }

  private static Expression random(Random random, int depth, StringBuilder regex) {
    switch (depth == 0 ? random.nextInt(2) : random.nextInt(6)) {
      case 0 -> {
        String c = List.of("a", "b", "é", "😀").get(random.nextInt(4));
        regex.append(c);
        return literal(c);
      }
      case 1 -> {
        regex.append("[a-b😀]");
        return new Expression.Characters(List.of(new Range('a', 'b'), new Range(0x1F600, 0x1F600)));
      }
      case 2, 3 -> {
        regex.append("(?:");
        Expression first = random(random, depth - 1, regex);
        Expression second = random(random, depth - 1, regex);
        regex.append(")");
        return sequence(first, second);
      }
      case 4 -> {
        regex.append("(?:");
        Expression first = random(random, depth - 1, regex);
        regex.append("|");
        Expression second = random(random, depth - 1, regex);
        regex.append(")");
        return choice(first, second);
      }
      default -> {
        int min = random.nextInt(3);
        boolean bounded = random.nextBoolean();
        int max = bounded ? min + random.nextInt(3) : UNBOUNDED;
        regex.append("(?:");
        Expression item = random(random, depth - 1, regex);
        regex.append("){").append(min).append(",").append(bounded ? max : "").append("}");
        return repeat(item, min, max);
      }
    }
  }

  @Test
  void readsExactlyTheUtf8OfARange() {
    int[] borders = {0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    List<Integer> codePoints = new ArrayList<>();
    for (int border : borders) {
      codePoints.addAll(List.of(Math.max(0, border - 1), border, Math.min(0x10FFFF, border + 1)));
    }
    Random random = new Random(11);
    random.ints(100, 0, 0x110000).forEach(codePoints::add);
    codePoints.removeIf(c -> c >= 0xD800 && c < 0xE000);
    for (int i = 0; i < 60; i++) {
      int a = codePoints.get(random.nextInt(codePoints.size()));
      int b = codePoints.get(random.nextInt(codePoints.size()));
      Grammar one = grammar(range(Math.min(a, b), Math.max(a, b)));
      for (int c : codePoints) {
        assertThat(matches(one, Character.toString(c)))
            .as("%X in %X to %X", c, a, b)
            .isEqualTo(c >= Math.min(a, b) && c <= Math.max(a, b));
      }
    }
    Grammar all = grammar(range(0, 0x10FFFF));
    for (int[] bad :
        new int[][] {{0xC0, 0x80}, {0xED, 0xA0, 0x80}, {0xF4, 0x90, 0x80, 0x80}, {0x80}}) {
      Pushdown pushdown = new Pushdown(all);
      Config config = pushdown.start();
      for (int value : bad) {
        config = pushdown.step(config, value);
      }
      assertThat(config.dead()).isTrue();
    }
  }

  private static Grammar grammar(Expression body) {
    return Grammar.compile(Collections.singletonMap("text", body), "text");
  }

  private static Config run(Grammar grammar, String text) {
    Pushdown pushdown = new Pushdown(grammar);
    Config config = pushdown.start();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      config = pushdown.step(config, value & 0xFF);
    }
    return config;
  }

  private static boolean matches(Grammar grammar, String text) {
    return run(grammar, text).mayEnd;
  }

  private static void assertMatches(Grammar grammar, String... texts) {
    for (String text : texts) {
      assertThat(matches(grammar, text)).as("'%s' matches", text).isTrue();
    }
  }

  private static void assertRefuses(Grammar grammar, String... texts) {
    for (String text : texts) {
      assertThat(matches(grammar, text)).as("'%s' matches", text).isFalse();
    }
  }

  private static void assertRefused(Map<String, Expression> rules, String message) {
    assertThatThrownBy(() -> Grammar.compile(rules, "a"))
        .isInstanceOf(GrammarException.class)
        .hasMessageContaining(message);
  }
}
