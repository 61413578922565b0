package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vocabularies that are wrong in one thing: one clear sentence, or what the Javadoc defines. */
class BrokenVocabularyTest {
  private static final long SEED = 20260104;

  private static TinyVocabulary byteLevel() {
    return TinyVocabulary.byteLevel("gpt-2", "a b", "ab c").add("<eos>", TokenType.CONTROL);
  }

  private static TinyVocabulary sentencePiece() {
    return TinyVocabulary.sentencePiece("▁", "a", "▁a");
  }

  private static void assertRefused(TinyVocabulary tiny, String... parts) {
    assertThatThrownBy(tiny::tokenizer)
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void unknownKindsAreNamed() {
    assertThatThrownBy(() -> byteLevel().with("model", "bert").tokenizer())
        .isInstanceOf(UnsupportedTokenizerException.class)
        .hasMessage(
            "key tokenizer.ggml.model: expected gpt2 (byte-level BPE) or llama (SentencePiece BPE),"
                + " found bert");
    assertThatThrownBy(() -> byteLevel().with("pre", "tekken").tokenizer())
        .isInstanceOf(UnsupportedTokenizerException.class)
        .hasMessageContainingAll("tokenizer.ggml.pre", "qwen2, ", "found tekken");
    assertThatThrownBy(() -> Tokenizer.from(new GgufMetadata(Map.of())))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("no tokenizer");
  }

  @Test
  void namesFromTheFileAreShownShortAndTame() {
    String loud = "\u001b[2J" + "x".repeat(100_000);
    for (String key : List.of("model", "pre")) {
      assertThatThrownBy(() -> byteLevel().with(key, loud).tokenizer())
          .isInstanceOf(UnsupportedTokenizerException.class)
          .message()
          .contains("found \\u001b[2Jxxx")
          .hasSizeLessThan(1000);
    }
  }

  @Test
  void arraysOfWrongKindOrLength() {
    assertRefused(byteLevel().with("tokens", List.of()), "tokenizer.ggml.tokens", "found none");
    assertRefused(byteLevel().with("tokens", "text"), "tokenizer.ggml.tokens");
    assertRefused(byteLevel().with("tokens", List.of("a")), "token_type", "(1)", "found 259");
    assertRefused(byteLevel().with("token_type", new int[3]), "token_type", "found 3");
    assertRefused(byteLevel().with("token_type", new int[259]), "element 0", "found 0");
    assertRefused(sentencePiece().with("scores", new float[3]), "scores", "found 3");
    assertRefused(sentencePiece().with("scores", 1.0), "scores");
    float[] scores = new float[sentencePiece().nextId()];
    scores[7] = Float.NaN;
    assertRefused(sentencePiece().with("scores", scores), "scores", "element 7", "NaN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bos", "eos", "eot", "eom", "unknown"})
  void idsOutsideTheVocabulary(String role) {
    String key = role + "_token_id";
    assertRefused(byteLevel().with(key, 259L), key, "0 to 258", "found 259");
    assertRefused(byteLevel().with(key, -7L), key, "found -7");
    assertRefused(byteLevel().with(key, 1L << 40), key);
    assertThat(byteLevel().with(key, 0xFFFF_FFFFL).tokenizer().size()).isEqualTo(259);
  }

  @Test
  void addingATokenThatDoesNotExist() {
    assertRefused(byteLevel().with("add_bos_token", true), "add_bos_token", "bos_token_id");
    assertRefused(byteLevel().with("add_eos_token", true), "add_eos_token", "eos_token_id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<0x-1>", "<0xGG>", "<0x0a>", "<0x>", "", "<0x123>", "(0x41)", "<0x4é>", "<0x\n1>"
      })
  void malformedByteTokens(String spelling) {
    assertRefused(sentencePiece().add(spelling, TokenType.BYTE), "element 262", "<0x00> to <0xFF>");
    assertThatThrownBy(sentencePiece().add(spelling, TokenType.BYTE)::tokenizer)
        .message()
        .hasLineCount(1);
  }

  @Test
  void missingByteTokensFallBackToUnknownOrNothing() {
    TinyVocabulary tiny = sentencePiece();
    int[] types = new int[tiny.nextId()];
    Arrays.fill(types, 1);
    types[0] = 2;
    Tokenizer unknown = tiny.with("token_type", types).tokenizer();
    assertThat(unknown.encode("éa", Special.TEXT)).containsExactly(259, 0, 260);
    Tokenizer none = tiny.with("unknown_token_id", 0xFFFF_FFFFL).tokenizer();
    assertThat(none.encode("éa", Special.TEXT)).containsExactly(259, 260);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "", " ", "a ", " a", "a  b", "a xyz", "xyz a", "c a", "\u0001 a"})
  void brokenMergesAreNamedWhenFirstNeeded(String merge) {
    Tokenizer tokenizer = byteLevel().with("merges", List.of("a b", merge)).tokenizer();
    assertThat(tokenizer.decode(new int[] {'a'})).isEqualTo("a");
    assertThatThrownBy(() -> tokenizer.encode("", Special.TEXT))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContainingAll(
            "tokenizer.ggml.merges",
            "element 1",
            "found \"" + merge.replace("\u0001", "\\u0001") + "\"");
  }

  @Test
  void aVocabularyThatCouldEncodeNothing() {
    int[] allControl = new int[byteLevel().nextId()];
    Arrays.fill(allControl, TokenType.CONTROL.ordinal() + 1);
    Tokenizer tokenizer = byteLevel().with("token_type", allControl).tokenizer();

    assertThatThrownBy(() -> tokenizer.encode("text", Special.TEXT))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContainingAll("tokenizer.ggml.tokens", "single bytes", "found none");
  }

  @Test
  void missingArrays() {
    for (String key : List.of("tokens", "merges")) {
      assertThatThrownBy(() -> Tokenizer.from(without(byteLevel(), key)))
          .isInstanceOf(GgufFormatException.class)
          .hasMessageContaining(key);
    }
    assertThatThrownBy(() -> Tokenizer.from(without(sentencePiece(), "scores")))
        .isInstanceOf(GgufFormatException.class)
        .hasMessageContaining("scores");
    assertThat(Tokenizer.from(without(byteLevel(), "token_type")).type(0))
        .isEqualTo(TokenType.NORMAL);
  }

  private static GgufMetadata without(TinyVocabulary tiny, String key) {
    Map<String, Object> values = new LinkedHashMap<>(tiny.metadata().values());
    values.remove("tokenizer.ggml." + key);
    return new GgufMetadata(values);
  }

  @Test
  void ofTwoTokensWithOneSpellingTheLowerIsFound() {
    Tokenizer tokenizer =
        byteLevel()
            .add("ab", TokenType.NORMAL)
            .add("<eos>", TokenType.CONTROL)
            .add("", TokenType.CONTROL)
            .add("", TokenType.NORMAL)
            .tokenizer();
    assertThat(tokenizer.encode("ab<eos>", Special.PARSE)).containsExactly(256, 258);
    assertThat(tokenizer.find("ab")).hasValue(256);
    assertThat(tokenizer.decode(new int[] {259, 261, 262})).isEqualTo("ab");
  }

  /** Random damage to every array: either our exceptions, or a tokenizer that works. */
  @Test
  void anyDamageIsRefusedOrHarmless() {
    Random random = new Random(SEED);
    String text = "abc<eos> é😀\n</s>▁a";
    int refused = 0;
    for (int run = 0; run < 3000; run++) {
      GgufMetadata damaged = damage(random, random.nextBoolean() ? byteLevel() : sentencePiece());
      try {
        Tokenizer tokenizer = Tokenizer.from(damaged);
        for (Special special : Special.values()) {
          assertThat(tokenizer.decode(tokenizer.encode(text, special)))
              .as("seed %d, run %d", SEED, run)
              .isNotNull();
        }
        for (int id = 0; id < tokenizer.size(); id++) {
          assertThat(tokenizer.find(tokenizer.piece(id))).isNotNull();
        }
      } catch (GgufFormatException | UnsupportedTokenizerException e) {
        assertThat(e).as("seed %d, run %d", SEED, run).hasMessageContaining("tokenizer.ggml.");
        refused++;
      }
    }
    assertThat(refused).isBetween(300, 2900);
  }

  private static GgufMetadata damage(Random random, TinyVocabulary tiny) {
    Map<String, Object> values = new LinkedHashMap<>(tiny.metadata().values());
    for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
      String key = List.copyOf(values.keySet()).get(random.nextInt(values.size()));
      values.computeIfPresent(key, (_, value) -> damage(random, value));
    }
    return new GgufMetadata(values);
  }

  private static Object damage(Random random, Object value) {
    return switch (value) {
      case int[] array -> {
        int[] copy = Arrays.copyOf(array, Math.max(1, array.length - random.nextInt(2)));
        copy[random.nextInt(copy.length)] = random.nextInt(-1, 9);
        yield copy;
      }
      case float[] array -> {
        float[] copy = Arrays.copyOf(array, Math.max(1, array.length - random.nextInt(2)));
        copy[random.nextInt(copy.length)] = Float.intBitsToFloat(random.nextInt());
        yield copy;
      }
      case List<?> list -> {
        List<Object> copy = new ArrayList<>(list);
        copy.add("x");
        String[] odd = {"", " ", "a b", "<eos>", "</s>", "<0xZZ>", "\ud800", "▁", "Ġ", "[PAD1]"};
        copy.set(random.nextInt(copy.size()), odd[random.nextInt(odd.length)]);
        yield copy.subList(0, copy.size() - (random.nextInt(4) == 0 ? 2 : 1));
      }
      case Long _ -> random.nextLong(-2, 300);
      default -> random.nextBoolean() ? "llama" : value;
    };
  }
}
