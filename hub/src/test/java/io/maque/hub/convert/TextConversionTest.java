package io.maque.hub.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.boot.Architectures;
import io.maque.cache.BlockTable;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufMetadata;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.model.ModelRun;
import io.maque.model.TextModel;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import io.maque.tokenizer.Special;
import io.maque.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of transformers against the reference's conversion and transformers' own answers. */
class TextConversionTest {
  private static final double LOGIT_BOUND = 1e-4;

  /** What the reference writes about a model's origin, which says nothing about how it computes. */
  private static final Set<String> DESCRIPTIVE =
      Set.of(
          "general.size_label",
          "general.finetune",
          "general.basename",
          "general.version",
          "general.sampling.temp",
          "general.sampling.top_k",
          "general.sampling.top_p");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "qwen2, F16",
    "qwen2, F32",
    "llama, F16",
    "llama, F32",
    "phi3, F16",
    "phi3, F32",
    "qwen3, F16",
    "qwen3, F32",
    "gemma3, F16",
    "gemma3, F32"
  })
  void tensorsAreTheReferences(GoldenCheckpoint golden, String type) {
    Map<String, String> expected = new TreeMap<>();
    golden
        .document("reference")
        .get(type)
        .properties()
        .forEach(entry -> {
          JsonNode tensor = entry.getValue();
          expected.put(
              entry.getKey(),
              "%s %s %s"
                  .formatted(
                      tensor.get(0).asText(),
                      tensor.get(1).toString().replace(",", ", "),
                      tensor.get(2).asText()));
        });
    Map<String, String> found = new TreeMap<>();
    try (GgufFile file = GgufFile.open(convert(golden, type))) {
      for (Tensor tensor : file.tensors()) {
        found.put(
            tensor.name(),
            "%s %s %s"
                .formatted(tensor.type(), tensor.shape(), GoldenCheckpoint.digest(tensor.data())));
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "qwen3", "gemma3"})
  void metadataIsTheReferences(GoldenCheckpoint golden) {
    try (GgufFile file = GgufFile.open(convert(golden, "F16"))) {
      GgufMetadata metadata = file.metadata();
      golden
          .document("reference")
          .get("metadata")
          .properties()
          .forEach(entry -> {
            String key = entry.getKey();
            if (!DESCRIPTIVE.contains(key) && !isOrderOfMerges(golden, key)) {
              assertThat(metadata.values()).as(key).containsKey(key);
              assertThat(words(metadata.values().get(key)))
                  .as(key)
                  .isEqualTo(words(entry.getValue()));
            }
          });
    }
  }

  /** Merges have an order and no scores; what SentencePiece gives single characters is lost. */
  private static boolean isOrderOfMerges(GoldenCheckpoint golden, String key) {
    return golden.name().equals("phi3") && key.equals("tokenizer.ggml.scores");
  }

  /** Numbers as floats, arrays as lists: what both sides can be compared in. */
  private static Object words(Object value) {
    return switch (value) {
      case JsonNode node when node.isArray() ->
          node.valueStream().map(TextConversionTest::words).toList();
      case JsonNode node when node.isNumber() -> (float) node.asDouble();
      case JsonNode node -> node.asText();
      case Number number -> number.floatValue();
      case int[] numbers ->
          IntStream.of(numbers).mapToObj(number -> (Object) (float) number).toList();
      case float[] numbers ->
          IntStream.range(0, numbers.length).mapToObj(i -> (Object) numbers[i]).toList();
      case boolean[] truths ->
          IntStream.range(0, truths.length)
              .mapToObj(i -> (Object) Boolean.toString(truths[i]))
              .toList();
      case List<?> list -> list.stream().map(TextConversionTest::words).toList();
      default -> value.toString();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "qwen3", "gemma3"})
  void logitsAreThoseOfTransformers(GoldenCheckpoint golden) {
    Kernels kernels = Kernels.choose(List.of(new ScalarProvider()), Machine.current());
    int[] tokens = golden.tokens();
    try (GgufFile file = GgufFile.open(convert(golden, "F32"))) {
      TextModel model = Architectures.load(file, kernels, tokens.length);
      try (ModelRun run = new ModelRun(model, TensorType.F32, 4, tokens.length, tokens.length, 1)) {
        float[][] found = run.forward(new BlockTable(), 0, tokens);
        float[][] expected = golden.logits();
        double largest =
            Stream.of(expected)
                .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]))
                .map(Math::abs)
                .max()
                .orElseThrow();
        for (int row = 0; row < expected.length; row++) {
          for (int i = 0; i < expected[row].length; i++) {
            assertThat((double) found[row][i])
                .as("position %d, token %d", row, i)
                .isCloseTo(expected[row][i], within(LOGIT_BOUND * largest));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "llama", "phi3", "gemma3"})
  void tokensAreThoseOfTheOriginalTokenizer(GoldenCheckpoint golden) {
    try (GgufFile file = GgufFile.open(convert(golden, "F16"))) {
      Tokenizer tokenizer = Tokenizer.from(file.metadata());
      for (JsonNode line : golden.document("tokens")) {
        List<Integer> expected = line.get("ids").valueStream().map(JsonNode::asInt).toList();
        List<Integer> found = new ArrayList<>();
        if (tokenizer.addBos()) {
          found.add(tokenizer.bos().orElseThrow());
        }
        String text = line.get("text").asText();
        Arrays.stream(tokenizer.encode(text, Special.PARSE)).forEach(found::add);
        assertThat(found).as(text).isEqualTo(expected);
      }
    }
  }

  private Path convert(GoldenCheckpoint golden, String type) {
    Path target = folder.resolve(golden.name() + ".gguf");
    new Converter(ConvertOptions.of(TargetType.of(type)), ConvertProgress.NONE)
        .convert(golden.folder(), target, Optional.empty());
    return target;
  }
}
