package io.maque.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.Architectures;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufWriter;
import io.maque.kernel.Kernels;
import io.maque.kernel.Machine;
import io.maque.kernel.scalar.ScalarProvider;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import io.maque.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every text architecture must make of files that are not as it expects, and how contracts run
 * models. A subclass names golden models and what a file of the first may lack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ModelFileContract {
  private static final int BLOCK_TOKENS = 4;

  final Kernels kernels = Kernels.choose(List.of(new ScalarProvider()), Machine.current());

  @TempDir private Path folder;

  /** Names of golden models; the first serves the tests that need only one. */
  protected abstract List<String> models();

  /** Whether a file of the first model is still sound without this tensor. */
  protected abstract boolean optional(String tensor);

  protected final GoldenLogits first() {
    return GoldenLogits.read(models().getFirst());
  }

  @Test
  void tensorOfAnotherShapeIsReportedByName() {
    withTensors(
        first(),
        tensor -> {
          Path file = rewrite(first(), UnaryOperator.identity(), replace(tensor, smaller(tensor)));
          assertThatThrownBy(() -> load(file))
              .as(tensor.name())
              .isInstanceOf(UnsupportedModelException.class)
              .hasMessageContaining("tensor " + tensor.name() + ":")
              .hasMessageContaining(smaller(tensor).shape().toString());
        });
  }

  @Test
  void missingTensorIsReportedByName() {
    withTensors(
        first(),
        tensor -> {
          Path file = rewrite(first(), UnaryOperator.identity(), remove(tensor));
          if (optional(tensor.name())) {
            load(file);
          } else {
            assertThatThrownBy(() -> load(file))
                .as(tensor.name())
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(tensor.name());
          }
        });
  }

  @Test
  void projectionsStoredAsOneTensorAreTheSame() {
    GoldenLogits golden = first();
    Path file = rewrite(golden, UnaryOperator.identity(), ModelFileContract::fuseProjections);
    float[][][] results = new float[2][][];
    run(golden, TensorType.F32, 2, run -> results[0] = run.prefill(golden.tokens()));
    run(file, golden, run -> results[1] = run.prefill(golden.tokens()));
    assertThat(results[1]).isDeepEqualTo(results[0]);
  }

  @Test
  void unknownTensorIsRefused() {
    Path file =
        rewrite(
            first(),
            UnaryOperator.identity(),
            tensors -> {
              Tensor norm = tensors.get("output_norm.weight");
              tensors.put("blk.0.ffn_extra.weight", renamed(norm, "blk.0.ffn_extra.weight"));
            });
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("blk.0.ffn_extra.weight");
  }

  @ParameterizedTest
  @MethodSource("hostileHyperParameters")
  void absurdHyperParameterIsReportedByKey(String suffix, Object value) {
    String key = architecture() + "." + suffix;
    Path file = rewrite(first(), values -> with(values, key, value), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(suffix.substring(suffix.lastIndexOf('.') + 1));
  }

  static Stream<Object[]> hostileHyperParameters() {
    return Stream.of(
        new Object[] {"attention.head_count", 0},
        new Object[] {"attention.head_count", Integer.MAX_VALUE},
        new Object[] {"attention.head_count_kv", 0},
        new Object[] {"attention.head_count_kv", 5},
        new Object[] {"attention.head_count_kv", 8},
        new Object[] {"attention.key_length", 0},
        new Object[] {"attention.layer_norm_rms_epsilon", Float.NaN},
        new Object[] {"attention.layer_norm_rms_epsilon", -1f},
        new Object[] {"block_count", 0},
        new Object[] {"block_count", 1_000_000_000},
        new Object[] {"context_length", 0},
        new Object[] {"embedding_length", 0},
        new Object[] {"embedding_length", -32},
        new Object[] {"feed_forward_length", 0},
        new Object[] {"rope.dimension_count", 3},
        new Object[] {"rope.dimension_count", 1000},
        new Object[] {"rope.freq_base", Float.NaN},
        new Object[] {"rope.freq_base", 0f},
        new Object[] {"rope.scaling.type", "stretch"});
  }

  @ParameterizedTest
  @MethodSource("requiredHyperParameters")
  void missingHyperParameterIsReportedByKey(String suffix) {
    String key = architecture() + "." + suffix;
    Path file = rewrite(first(), values -> with(values, key, null), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(key);
  }

  static Stream<String> requiredHyperParameters() {
    return Stream.of(
        "context_length",
        "embedding_length",
        "block_count",
        "feed_forward_length",
        "attention.head_count",
        "attention.layer_norm_rms_epsilon");
  }

  // Files that differ from a golden one.

  /** Opens {@code golden} with changed metadata and tensors and writes it to a new file. */
  protected final Path rewrite(
      GoldenLogits golden,
      UnaryOperator<Map<String, Object>> metadata,
      Consumer<Map<String, Tensor>> change) {
    try (GgufFile file = GgufFile.open(golden.model())) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      file.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      change.accept(tensors);
      GgufWriter writer = new GgufWriter();
      metadata.apply(new LinkedHashMap<>(file.metadata().values())).forEach(writer::put);
      tensors.values().forEach(writer::tensor);
      Path changed = folder.resolve("changed.gguf");
      writer.write(changed);
      return changed;
    }
  }

  /** {@code values} with one key changed, or removed where {@code value} is null. */
  protected static Map<String, Object> with(Map<String, Object> values, String key, Object value) {
    if (value == null) {
      values.remove(key);
    } else {
      values.put(key, value);
    }
    return values;
  }

  private static Consumer<Map<String, Tensor>> replace(Tensor old, Tensor tensor) {
    return tensors -> tensors.put(old.name(), tensor);
  }

  private static Consumer<Map<String, Tensor>> remove(Tensor tensor) {
    return tensors -> tensors.remove(tensor.name());
  }

  /** One value less in each row, and so a vector of one value less. */
  private static Tensor smaller(Tensor tensor) {
    Shape shape =
        tensor.shape().rank() == 1
            ? Shape.of(tensor.columns() - 1)
            : Shape.of(tensor.columns() - 1, tensor.rows());
    long bytes = tensor.type().bytes(shape.columns()) * shape.rows();
    return new Tensor(tensor.name(), tensor.type(), shape, tensor.data().asSlice(0, bytes));
  }

  /** Replaces Q, K and V of each layer, weights and biases, by one tensor of their rows. */
  private static void fuseProjections(Map<String, Tensor> tensors) {
    for (String kind : List.of("weight", "bias")) {
      for (int layer = 0; tensors.containsKey("blk.%d.attn_q.%s".formatted(layer, kind)); layer++) {
        List<Tensor> parts = new ArrayList<>();
        for (String name : List.of("q", "k", "v")) {
          parts.add(tensors.remove("blk.%d.attn_%s.%s".formatted(layer, name, kind)));
        }
        Tensor all = concatenated("blk.%d.attn_qkv.%s".formatted(layer, kind), parts);
        tensors.put(all.name(), all);
      }
    }
  }

  private static Tensor concatenated(String name, List<Tensor> parts) {
    Tensor first = parts.getFirst();
    MemorySegment data =
        MemorySegment.ofArray(
            new byte[parts.stream().mapToInt(part -> (int) part.data().byteSize()).sum()]);
    long offset = 0;
    for (Tensor part : parts) {
      MemorySegment.copy(part.data(), 0, data, offset, part.data().byteSize());
      offset += part.data().byteSize();
    }
    long last =
        parts.stream().mapToLong(part -> part.shape().extent(part.shape().rank() - 1)).sum();
    Shape shape = first.shape().rank() == 1 ? Shape.of(last) : Shape.of(first.columns(), last);
    return new Tensor(name, first.type(), shape, data);
  }

  private static Tensor renamed(Tensor tensor, String name) {
    return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
  }

  private static void withTensors(GoldenLogits golden, Consumer<Tensor> test) {
    try (GgufFile file = GgufFile.open(golden.model())) {
      assertThat(file.tensors()).isNotEmpty();
      file.tensors().forEach(test);
    }
  }

  // Running.

  private String architecture() {
    try (GgufFile file = GgufFile.open(first().model())) {
      return file.metadata().string("general.architecture");
    }
  }

  protected final void load(Path path) {
    try (GgufFile file = GgufFile.open(path)) {
      Architectures.load(file, kernels, 16);
    }
  }

  protected final void run(
      GoldenLogits golden, TensorType cacheType, int threads, Consumer<ModelRun> test) {
    run(golden.model(), golden, cacheType, threads, test);
  }

  /** Opens another file of the model and runs a test over it. */
  protected final void run(Path model, GoldenLogits golden, Consumer<ModelRun> test) {
    run(model, golden, TensorType.F32, 2, test);
  }

  private void run(
      Path model, GoldenLogits golden, TensorType cacheType, int threads, Consumer<ModelRun> test) {
    try (GgufFile file = GgufFile.open(model);
        ModelRun run =
            new ModelRun(
                Architectures.load(file, kernels, golden.contextLength()),
                cacheType,
                BLOCK_TOKENS,
                4 * golden.tokens().length,
                2 * golden.tokens().length,
                threads)) {
      test.accept(run);
    }
  }
}
