package io.maque.hub.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.maque.boot.Architectures;
import io.maque.boot.ImageEncoders;
import io.maque.cache.BlockTable;
import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ModelRun;
import io.maque.model.TextModel;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a converted file is compared with. */
final class ConversionChecks {
  /** Largest difference of a value, relative to the largest: both sides compute in f32. */
  private static final double BOUND = 1e-4;

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

  private static final Kernels KERNELS =
      Kernels.choose(List.of(new ScalarProvider()), Machine.current());

  private ConversionChecks() {}

  /** Names, types, shapes and bytes of all tensors. */
  static void assertTensors(Path converted, JsonNode reference) {
    Map<String, String> expected = new TreeMap<>();
    reference
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
    try (GgufFile file = GgufFile.open(converted)) {
      for (Tensor tensor : file.tensors()) {
        found.put(
            tensor.name(),
            "%s %s %s"
                .formatted(tensor.type(), tensor.shape(), GoldenCheckpoint.digest(tensor.data())));
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  /** All keys of the reference, with its values. */
  static void assertMetadata(Path converted, JsonNode reference, Predicate<String> excepted) {
    try (GgufFile file = GgufFile.open(converted)) {
      Map<String, Object> found = file.metadata().values();
      reference
          .get("metadata")
          .properties()
          .forEach(entry -> {
            String key = entry.getKey();
            if (!DESCRIPTIVE.contains(key) && !excepted.test(key)) {
              assertThat(found).as(key).containsKey(key);
              assertThat(words(found.get(key))).as(key).isEqualTo(words(entry.getValue()));
            }
          });
    }
  }

  /** Numbers as floats, arrays as lists: what both sides can be compared in. */
  private static Object words(Object value) {
    return switch (value) {
      case JsonNode node when node.isArray() ->
          node.valueStream().map(ConversionChecks::words).toList();
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
      case List<?> list -> list.stream().map(ConversionChecks::words).toList();
      default -> value.toString();
    };
  }

  /** The logits that transformers computes. */
  static void assertLogits(Path converted, GoldenCheckpoint golden) {
    int[] tokens = golden.tokens();
    try (GgufFile file = GgufFile.open(converted)) {
      TextModel model = Architectures.load(file, KERNELS, tokens.length);
      try (ModelRun run = new ModelRun(model, TensorType.F32, 4, tokens.length, tokens.length, 1)) {
        float[][] found = run.forward(new BlockTable(), 0, tokens);
        assertClose(found, golden.logits());
      }
    }
  }

  /** The rows that the original makes of a picture. */
  static void assertRows(Path converted, GoldenCheckpoint golden) {
    PixelTensor pixels = golden.pixels();
    try (GgufFile file = GgufFile.open(converted);
        Arena arena = Arena.ofShared();
        WorkerPool workers = new WorkerPool(1)) {
      ImageEncoder encoder = ImageEncoders.load(file, KERNELS);
      ImageEmbedding embedding = encoder.newEmbedding(arena, pixels.processed());
      assertThat(encoder.encode(pixels, embedding, arena, workers, () -> true)).isTrue();
      float[][] found =
          IntStream.range(0, embedding.rows().rows())
              .mapToObj(row -> embedding.rows().toArray(row))
              .toArray(float[][]::new);
      assertClose(found, golden.rows("rows", "rows"));
    }
  }

  private static void assertClose(float[][] found, float[][] expected) {
    double largest =
        Stream.of(expected)
            .flatMapToDouble(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]))
            .map(Math::abs)
            .max()
            .orElseThrow();
    assertThat(found.length).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) found[row][i])
            .as("row %d, value %d", row, i)
            .isCloseTo(expected[row][i], within(BOUND * largest));
      }
    }
  }
}
