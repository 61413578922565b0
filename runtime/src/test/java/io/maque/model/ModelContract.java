package io.maque.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.Architectures;
import io.maque.cache.BlockTable;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every text architecture must do, over tiny models with logits from the reference
 * implementation. A subclass names its models and what a file of it may lack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ModelContract {
  /**
   * Largest difference of a logit, relative to the largest logit. Both sides compute in f32, where
   * sums of a hundred products differ by some 1e-6; ten layers deep that stays far below.
   */
  protected static final double GOLDEN_BOUND = 1e-4;

  /** The same with keys and values rounded to f16, whose steps are 1e-3 of a value at most. */
  private static final double F16_CACHE_BOUND = 1e-2;

  /** The same with keys and values rounded to 127 steps of the largest of 32. */
  private static final double Q8_0_CACHE_BOUND = 1e-1;

  private static final int BLOCK_TOKENS = 4;

  private final Kernels kernels = Kernels.choose(List.of(new ScalarProvider()), Machine.current());

  @TempDir private Path folder;

  /** Names of golden models; the first serves the tests that need only one. */
  protected abstract List<String> models();

  /** Whether a file of the first model is still sound without this tensor. */
  protected abstract boolean optional(String tensor);

  Stream<GoldenLogits> golden() {
    return models().stream().map(GoldenLogits::read);
  }

  protected final GoldenLogits first() {
    return GoldenLogits.read(models().getFirst());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void logitsAreThoseOfTheReference(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run -> assertClose(run.prefill(golden.tokens()), golden.logits(), GOLDEN_BOUND));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void halfPrecisionCacheIsClose(GoldenLogits golden) {
    run(
        golden,
        TensorType.F16,
        2,
        run -> assertClose(run.prefill(golden.tokens()), golden.logits(), F16_CACHE_BOUND));
  }

  /** Close, and the same bits token by token, in chunks and beside another sequence. */
  @ParameterizedTest
  @MethodSource("golden")
  void eightBitCacheIsCloseOrRefused(GoldenLogits golden) {
    if (!wholeBlocks(golden, TensorType.Q8_0)) {
      assertThatThrownBy(() -> run(golden, TensorType.Q8_0, 2, run -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Q8_0 takes multiples of 32");
      return;
    }
    run(
        golden,
        TensorType.Q8_0,
        2,
        run -> {
          int[] tokens = golden.tokens();
          float[][] all = run.prefill(tokens);
          assertClose(all, golden.logits(), Q8_0_CACHE_BOUND);
          assertThat(run.prefillInChunks(1, tokens)).isDeepEqualTo(all);
          assertThat(run.prefillWithPictures(5, 3, 6, tokens)).isDeepEqualTo(all);
        });
    run(
        golden,
        TensorType.Q8_0,
        2,
        run -> {
          int[] tokens = golden.tokens();
          float[][] all = run.prefill(tokens);
          BlockTable table = run.newSequence();
          BlockTable other = run.newSequence();
          int last = tokens.length - 1;
          run.forward(table, 0, Arrays.copyOf(tokens, last));
          assertThat(run.cache().reserve(other, tokens.length)).isTrue();
          assertThat(run.cache().reserve(table, tokens.length)).isTrue();
          float[][] together =
              run.forward(
                  new Batch(
                      List.of(
                          new Batch.Slice(other, 0, tokens),
                          new Batch.Slice(table, last, new int[] {tokens[last]}))));
          assertThat(Arrays.copyOf(together, tokens.length)).isDeepEqualTo(all);
          assertThat(together[tokens.length]).isEqualTo(all[last]);
        });
  }

  private boolean wholeBlocks(GoldenLogits golden, TensorType type) {
    try (GgufFile file = GgufFile.open(golden.model())) {
      TextModelConfig config = Architectures.load(file, kernels, golden.tokens().length).config();
      return config.keyLength() % type.blockSize() == 0
          && config.valueLength() % type.blockSize() == 0;
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void decodeTokenByTokenEqualsOnePrefill(GoldenLogits golden) {
    run(
        golden,
        TensorType.F16,
        2,
        run ->
            assertThat(run.prefillInChunks(1, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void chunkedPrefillEqualsOnePrefill(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run ->
            assertThat(run.prefillInChunks(7, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsOfAPictureAreTakenAsEmbeddings(GoldenLogits golden) {
    run(
        golden,
        TensorType.F32,
        2,
        run ->
            assertThat(run.prefillWithPictures(5, 3, 6, golden.tokens()))
                .isDeepEqualTo(run.prefill(golden.tokens())));
  }

  @ParameterizedTest
  @MethodSource("golden")
  void sequencesInABatchDoNotSeeEachOther(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int[] others = Arrays.stream(tokens).map(token -> (token * 7 + 3) % 300).toArray();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          float[][] othersAlone = run.prefill(others);

          // One sequence decodes its last token while the other begins.
          BlockTable table = run.newSequence();
          BlockTable othersTable = run.newSequence();
          int last = tokens.length - 1;
          run.forward(table, 0, Arrays.copyOf(tokens, last));
          assertThat(run.cache().reserve(othersTable, others.length)).isTrue();
          assertThat(run.cache().reserve(table, tokens.length)).isTrue();
          float[][] together =
              run.forward(
                  new Batch(
                      List.of(
                          new Batch.Slice(othersTable, 0, others),
                          new Batch.Slice(table, last, new int[] {tokens[last]}))));

          assertThat(Arrays.copyOf(together, others.length)).isDeepEqualTo(othersAlone);
          assertThat(together[others.length]).isEqualTo(alone[last]);
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void whatIsDroppedBetweenLayersDoesNotTouchTheRest(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int[] others = Arrays.stream(tokens).map(token -> (token * 7 + 3) % 300).toArray();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          List<Batch.Slice> slices = new ArrayList<>();
          for (int[] sequence : List.of(others, tokens)) {
            BlockTable table = run.newSequence();
            assertThat(run.cache().reserve(table, sequence.length)).isTrue();
            slices.add(new Batch.Slice(table, 0, sequence));
          }

          Batch left = run.forward(new Batch(slices), batch -> new Batch(slices.subList(1, 2)));

          assertThat(left.slices()).containsExactly(slices.get(1));
          assertThat(run.logits(IntStream.range(0, tokens.length).toArray())).isDeepEqualTo(alone);
          assertThat(run.forward(new Batch(slices), batch -> new Batch(List.of())).slices())
              .isEmpty();

          int[] layers = new int[1];
          run.forward(
              new Batch(slices),
              batch -> {
                layers[0]++;
                return batch;
              });
          Batch none =
              run.forward(
                  new Batch(slices), batch -> --layers[0] > 0 ? batch : new Batch(List.of()));
          assertThat(none.slices()).isEmpty();
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsThatAreNotWantedLeaveKeysAndValuesOnly(GoldenLogits golden) {
    int[] tokens = golden.tokens();
    int last = tokens.length - 1;
    run(
        golden,
        TensorType.F16,
        2,
        run -> {
          float[][] alone = run.prefill(tokens);
          for (int[] wanted : new int[][] {{last - 1}, {0, 1, last - 2}, {}}) {
            List<Batch.Slice> slices = new ArrayList<>();
            for (int[] ofSlice : new int[][] {wanted, {2}}) {
              BlockTable table = run.newSequence();
              assertThat(run.cache().reserve(table, tokens.length)).isTrue();
              int[] beginning = Arrays.copyOf(tokens, last);
              slices.add(new Batch.Slice(table, 0, beginning, List.of(), ofSlice));
            }

            int rows = wanted.length + 1;
            float[][] found = run.forward(new Batch(slices), IntStream.range(0, rows).toArray());

            for (int i = 0; i < wanted.length; i++) {
              assertThat(found[i]).isEqualTo(alone[wanted[i]]);
            }
            assertThat(found[wanted.length]).isEqualTo(alone[2]);
            for (Batch.Slice slice : slices) {
              assertThat(run.forward(slice.blockTable(), last, tokens[last])[0])
                  .isEqualTo(alone[last]);
              run.cache().release(slice.blockTable());
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("golden")
  void resultDoesNotDependOnThreads(GoldenLogits golden) {
    float[][][] results = new float[2][][];
    run(golden, TensorType.F32, 1, run -> results[0] = run.prefill(golden.tokens()));
    run(golden, TensorType.F32, 3, run -> results[1] = run.prefill(golden.tokens()));
    assertThat(results[1]).isDeepEqualTo(results[0]);
  }

  @Test
  void logitsOfChosenRowsOnly() {
    GoldenLogits golden = first();
    run(
        golden,
        TensorType.F32,
        2,
        run -> {
          float[][] all = run.prefill(golden.tokens());
          BlockTable table = run.newSequence();
          assertThat(run.cache().reserve(table, golden.tokens().length)).isTrue();
          Batch batch = new Batch(List.of(new Batch.Slice(table, 0, golden.tokens())));
          assertThat(run.forward(batch, new int[] {5, 2}))
              .isDeepEqualTo(new float[][] {all[5], all[2]});
          assertThat(run.forward(batch, new int[0])).isEmpty();
        });
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
    Path file = rewrite(golden, UnaryOperator.identity(), ModelContract::fuseProjections);
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

  @Test
  void tokenOutsideTheVocabularyIsRefused() {
    run(
        first(),
        TensorType.F32,
        1,
        run -> {
          assertThatThrownBy(() -> run.prefill(1, 100_000))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("100000");
          assertThatThrownBy(() -> run.prefill(-1)).isInstanceOf(IllegalArgumentException.class);
        });
  }

  @Test
  void batchThatItsBlocksDoNotCoverIsRefused() {
    run(
        first(),
        TensorType.F32,
        1,
        run -> {
          Batch batch = new Batch(List.of(new Batch.Slice(run.newSequence(), 0, new int[] {1})));
          assertThatThrownBy(() -> run.forward(batch))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("block table");
        });
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

  protected static void assertClose(float[][] logits, float[][] expected, double bound) {
    assertThat(logits.length).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      double largest = 0;
      for (float value : expected[row]) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(logits[row]).hasSameSizeAs(expected[row]);
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) logits[row][i])
            .as("logit %d of position %d", i, row)
            .isCloseTo(expected[row][i], within(bound * largest));
      }
    }
  }
}
