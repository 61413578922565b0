package io.maque.hub.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.hub.reference.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tokenizers are understood, and that every other is refused. */
class VocabularyKeysTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/convert");
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}|"
          + " ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+";
  private static final String BYTES =
      "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":%s}";

  @TempDir private Path folder;

  private Map<String, Object> read() {
    return VocabularyKeys.read(folder, 8).keys();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void writeTokenizer(String normalizer, String preTokenizer, String model)
      throws IOException {
    write(
        "tokenizer.json",
        "{\"normalizer\":%s,\"pre_tokenizer\":%s,\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[\"a b\"]%s},\"added_tokens\":[]}"
            .formatted(normalizer, preTokenizer, model));
  }

  private static String split(String expression, boolean inverted) {
    return "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":\"%s\"},\"behavior\":\"Isolated\",\"invert\":%s},%s]}"
        .formatted(expression, inverted, BYTES.formatted("false"));
  }

  @Test
  void preTokenizersByWhatTheyDo() throws IOException {
    writeTokenizer("null", BYTES.formatted("true"), "");
    assertThat(read()).containsEntry("tokenizer.ggml.pre", "gpt-2");
    writeTokenizer(
        "null",
        "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},%s]}"
            .formatted(BYTES.formatted("true")),
        "");
    assertThat(read()).containsEntry("tokenizer.ggml.pre", "smollm");
    writeTokenizer("null", split(LLAMA3, false), ",\"ignore_merges\":true");
    assertThat(read()).containsEntry("tokenizer.ggml.pre", "llama-bpe");
    writeTokenizer("null", split(LLAMA3.replace("{1,3}", ""), false), "");
    assertThat(read()).containsEntry("tokenizer.ggml.pre", "deepseek-r1-qwen");
    writeTokenizer("{\"type\":\"NFC\"}", split(LLAMA3.replace("{1,3}", ""), false), "");
    assertThat(read())
        .containsEntry("tokenizer.ggml.pre", "qwen2")
        .containsEntry("tokenizer.ggml.model", "gpt2")
        .containsEntry("tokenizer.ggml.merges", List.of("a b"));
  }

  @Test
  void otherPreTokenizersAreRefused() throws IOException {
    String qwen2 = LLAMA3.replace("{1,3}", "");
    List<String[]> cases =
        List.of(
            new String[] {"{\"type\":\"NFKC\"}", split(qwen2, false), ""},
            new String[] {"{\"type\":\"Lowercase\"}", split(qwen2, false), ""},
            new String[] {"null", split(qwen2, true), ""},
            new String[] {"null", split("\\\\w+", false), ""},
            new String[] {"null", split("(a+)+$", false), ""},
            new String[] {"null", split(qwen2, false), ",\"ignore_merges\":true"},
            new String[] {"null", BYTES.replace("false", "true").formatted("true"), ""},
            new String[] {"null", BYTES.formatted("false"), ""},
            new String[] {"null", BYTES.formatted("true"), ",\"continuing_subword_prefix\":\"##\""},
            new String[] {"null", "{\"type\":\"Whitespace\"}", ""},
            new String[] {"null", "null", ""});
    for (String[] parts : cases) {
      writeTokenizer(parts[0], parts[1], parts[2]);
      assertThatThrownBy(this::read).as(String.join(" ", parts)).isInstanceOf(HubException.class);
    }
  }

  @Test
  void filesOfTheOlderKind() throws IOException {
    write("vocab.json", "{\"a\":0,\"b\":1,\"ab\":2}");
    write("merges.txt", "#version: 0.2\na b\n");
    write("tokenizer_config.json", "{\"tokenizer_class\":\"Qwen2Tokenizer\",\"eos_token\":\"ab\"}");
    assertThat(read())
        .containsEntry("tokenizer.ggml.pre", "qwen2")
        .containsEntry("tokenizer.ggml.eos_token_id", 2L)
        .containsEntry("tokenizer.ggml.merges", List.of("a b"));
    write("tokenizer_config.json", "{\"tokenizer_class\":\"BloomTokenizer\"}");
    assertThatThrownBy(this::read).hasMessageContaining("found BloomTokenizer");
  }

  @Test
  void endTokensAndTemplatesOfAllFiles() throws IOException {
    writeTokenizer("null", BYTES.formatted("true"), "");
    write("generation_config.json", "{\"eos_token_id\":[2,1,0]}");
    write("config.json", "{\"text_config\":{\"eos_token_id\":2}}");
    write(
        "tokenizer_config.json",
        "{\"chat_template\":[{\"name\":\"default\",\"template\":\"D\"},{\"name\":\"tool_use\",\"template\":\"T\"}]}");
    assertThat(read())
        .containsEntry("tokenizer.ggml.eos_token_id", 2L)
        .containsEntry("tokenizer.ggml.eot_token_id", 1L)
        .containsEntry("tokenizer.ggml.eom_token_id", 0L)
        .containsEntry("tokenizer.chat_template", "D")
        .containsEntry("tokenizer.chat_template.tool_use", "T")
        .containsEntry("tokenizer.chat_templates", List.of("tool_use"));
    write("chat_template.json", "{\"chat_template\":\"J\"}");
    assertThat(read()).containsEntry("tokenizer.chat_template", "J");
    write("chat_template.jinja", "F");
    assertThat(read()).containsEntry("tokenizer.chat_template", "F");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[{'id':9,'content':'<x>'}]; an id below the model's vocab_size of 8, found 9",
        "[{'id':-1,'content':'<x>'}]; id is -1, expected a whole number",
        "[{'id':3}]; content is missing"
      })
  void addedTokensOutOfPlace(String tokens, String sentence) throws IOException {
    write(
        "tokenizer.json",
        "{\"pre_tokenizer\":%s,\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":%s}"
            .formatted(BYTES.formatted("true"), tokens.replace('\'', '"')));
    assertThatThrownBy(this::read).isInstanceOf(HubException.class).hasMessageContaining(sentence);
  }

  @Test
  void attributesThatGgufCannotSayAreNoted() throws IOException {
    write(
        "tokenizer.json",
        "{\"pre_tokenizer\":%s,\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":[{\"id\":3,\"content\":\"<m>\",\"lstrip\":true,\"special\":true}]}"
            .formatted(BYTES.formatted("true")));
    assertThat(VocabularyKeys.read(folder, 8).notes())
        .singleElement()
        .asString()
        .contains("token <m> is marked lstrip");
  }

  @Test
  void mergesThatNoScoresCanOrderAreRefused() throws IOException {
    String file =
        "{\"normalizer\":null,\"pre_tokenizer\":null,\"model\":{\"type\":\"BPE\",\"byte_fallback\":true,\"vocab\":{\"a\":0,\"b\":1,\"ab\":2,\"ba\":3,\"aba\":4},\"merges\":[%s]}}";
    write("tokenizer.json", file.formatted("\"a b\",\"b a\",\"ab a\",\"a ba\""));
    assertThat((float[]) read().get("tokenizer.ggml.scores")).startsWith(0, 0, 0, -1, -2);
    write("tokenizer.json", file.formatted("\"a b\",\"b a\",\"ab a\""));
    assertThatThrownBy(this::read).hasMessageContaining("expected all 2 pairs of pieces");
    write("tokenizer.json", file.formatted("\"ab a\",\"a b\",\"b a\",\"a ba\""));
    assertThatThrownBy(this::read).hasMessageContaining("together");
  }

  @Test
  void sentencePieceModelsCutAnywhereOrFlipped() throws IOException {
    byte[] whole = Files.readAllBytes(GOLDEN.resolve("llama/tokenizer.model"));
    Path file = folder.resolve("tokenizer.model");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VocabularyKeys.read(folder, 400))
          .as("%d bytes", length)
          .isInstanceOf(HubException.class);
    }
    Random random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      try {
        assertThat(VocabularyKeys.read(folder, 400).keys()).isNotEmpty();
      } catch (HubException expected) {
        assertThat(expected).hasMessageContaining(":");
      }
    }
  }

  @Test
  void aFolderWithoutTokenizer() {
    assertThatThrownBy(this::read)
        .isInstanceOf(UnsupportedVocabularyException.class)
        .hasMessageContaining("found none of these");
  }
}
