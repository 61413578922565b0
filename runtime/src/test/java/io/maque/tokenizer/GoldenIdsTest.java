package io.maque.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.maque.gguf.GgufFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ids of real vocabularies against the engines they come from; see the README of the golden files.
 */
@Tag("real")
class GoldenIdsTest {

  @ParameterizedTest
  @CsvSource({
    "smollm2, models/SmolLM2-135M-Instruct.Q4_1.gguf",
    "qwen2.5-coder, models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    "gemma3, models/gemma-3-270m-q4_k_m.gguf",
    "gpt-2, llama.cpp-models/ggml-vocab-gpt-2.gguf",
    "llama-bpe, llama.cpp-models/ggml-vocab-llama-bpe.gguf",
    "phi-3, llama.cpp-models/ggml-vocab-phi-3.gguf",
    "llama-spm, llama.cpp-models/ggml-vocab-llama-spm.gguf",
  })
  void encodesLikeTheOriginal(String golden, String file) throws IOException {
    try (GgufFile gguf = GgufFile.open(fixture(file))) {
      Tokenizer tokenizer = Tokenizer.from(gguf.metadata());
      List<String> wrong = new ArrayList<>();
      String[] lines = goldenLines(golden);
      for (String line : lines) {
        String[] fields = line.split("\t", -1);
        int[] found = tokenizer.encode(fields[2].translateEscapes(), Special.valueOf(fields[1]));
        if (!Arrays.equals(found, ids(fields[0]))) {
          wrong.add("%s found %s".formatted(line, Arrays.toString(found)));
        }
      }
      assertThat(lines).hasSizeGreaterThan(340);
      assertThat(wrong).isEmpty();
    }
  }

  /** The lists that llama.cpp keeps beside its vocabularies; special tokens stay text there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "qwen2",
        "phi-3",
        "llama-spm",
        "gpt-2",
        "llama-bpe",
        "qwen35",
        "mpt",
        "starcoder",
        "refact",
        "command-r"
      })
  void encodesLikeTheListsOfLlamaCpp(String name) throws IOException {
    Path file = fixture("llama.cpp-models/ggml-vocab-%s.gguf".formatted(name));
    String[] texts = Files.readString(Path.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1);
    List<String> expected = Files.readAllLines(Path.of(file + ".out"));
    assertThat(expected).hasSizeGreaterThan(40);
    try (GgufFile gguf = GgufFile.open(file)) {
      Tokenizer tokenizer = Tokenizer.from(gguf.metadata());
      for (int i = 0; i < expected.size(); i++) {
        // The list for Qwen 3.5 is made without composing characters, which its tokenizer does.
        if (!name.equals("qwen35") || Normalizer.isNormalized(texts[i], Normalizer.Form.NFC)) {
          assertThat(tokenizer.encode(texts[i], Special.TEXT))
              .as("text %d: %s", i, texts[i])
              .isEqualTo(ids(expected.get(i)));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "models/SmolLM2-135M-Instruct.Q4_1.gguf, 49152, 1, 2, false, '0 2 4'",
    "models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf, 151936, 151643, 151645, false,"
        + " '151643 151645 151662 151663 151664'",
    "models/gemma-3-270m-q4_k_m.gguf, 262144, 2, 1, true, '1 106'",
    "llama.cpp-models/ggml-vocab-phi-3.gguf, 32064, 1, 32000, true, '2 32000 32001 32007'",
    "llama.cpp-models/ggml-vocab-llama-spm.gguf, 32000, 1, 2, true, '2'",
    "llama.cpp-models/ggml-vocab-llama-bpe.gguf, 128256, 128000, 128001, true, '128001 128009'",
  })
  void knowsTheRolesOfTokens(
      String file, int size, int bos, int eos, boolean addBos, String endTokens) {
    try (GgufFile gguf = GgufFile.open(fixture(file))) {
      Tokenizer tokenizer = Tokenizer.from(gguf.metadata());
      assertThat(tokenizer.size()).isEqualTo(size);
      assertThat(tokenizer.bos()).hasValue(bos);
      assertThat(tokenizer.eos()).hasValue(eos);
      assertThat(tokenizer.addBos()).isEqualTo(addBos);
      assertThat(tokenizer.endTokens())
          .containsExactlyElementsOf(Arrays.stream(ids(endTokens)).boxed().toList());
      assertThat(tokenizer.piece(eos)).isEqualTo(storedPiece(gguf, eos));
      for (int id = 0; id < size; id++) {
        assertThat(tokenizer.piece(id)).isEqualTo(storedPiece(gguf, id));
        assertThat(tokenizer.find(tokenizer.piece(id))).hasValue(id);
      }
    }
  }

  private static String storedPiece(GgufFile gguf, int id) {
    return gguf.metadata().findStrings("tokenizer.ggml.tokens").orElseThrow().get(id);
  }

  private static int[] ids(String line) {
    return Stream.of(line.strip().split(" +"))
        .filter(field -> !field.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private static String[] goldenLines(String name) {
    String resource = "/golden/tokenizer/%s.tsv".formatted(name);
    try (InputStream in = GoldenIdsTest.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path fixture(String name) {
    Path file = Path.of(System.getProperty("maque.fixtures")).resolve(name);
    assertThat(file).as("missing: run scripts/fetch-fixtures first").exists();
    return file;
  }
}
