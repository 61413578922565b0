package io.maque.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.gguf.GgufFile;
import io.maque.gguf.GgufFormatException;
import io.maque.gguf.GgufWriter;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.kernel.Kernels;
import io.maque.kernel.WorkerPool;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Shape;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every image encoder must do, over tiny encoders with rows from the reference implementation.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ImageEncoderContract {
  /** Largest difference of a value, relative to the largest: both sides compute in f32. */
  private static final double GOLDEN_BOUND = 1e-4;

  private static final BooleanSupplier WANTED = () -> true;

  private final Kernels kernels = KernelLadder.choose(Optional.empty());

  @TempDir private Path folder;

  /** Names of golden encoders; the first serves the tests that need only one. */
  protected abstract List<String> encoders();

  /** What the first encoder wants of a picture. */
  protected abstract Preprocessing preprocessing();

  /** Whether a file of the first encoder is still sound without this tensor. */
  protected abstract boolean optional(String tensor);

  /** Keys without which a file is refused. */
  protected abstract Stream<String> requiredKeys();

  /** Values that are refused, each with its key. */
  protected abstract Stream<Map.Entry<String, Object>> absurdValues();

  Stream<GoldenRows> golden() {
    return encoders().stream().map(GoldenRows::read);
  }

  protected final GoldenRows first() {
    return GoldenRows.read(encoders().getFirst());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsAreThoseOfTheReference(GoldenRows golden) {
    assertClose(encode(golden.encoder(), golden.pixels(), kernels, 2), golden.rows());
    Kernels scalar = KernelLadder.choose(Optional.of("scalar"));
    assertClose(encode(golden.encoder(), golden.pixels(), scalar, 2), golden.rows());
  }

  @ParameterizedTest
  @MethodSource("golden")
  void rowsDoNotDependOnThreads(GoldenRows golden) {
    float[][] alone = encode(golden.encoder(), golden.pixels(), kernels, 1);
    for (int threads = 2; threads <= 4; threads++) {
      assertThat(encode(golden.encoder(), golden.pixels(), kernels, threads)).isDeepEqualTo(alone);
    }
  }

  @ParameterizedTest
  @MethodSource("golden")
  void picturesDoNotSeeEachOther(GoldenRows golden) {
    float[] others = golden.pixels().values().clone();
    for (int i = 0; i < others.length; i++) {
      others[i] = 1 - others[i];
    }
    PixelTensor other =
        new PixelTensor(others, golden.pixels().original(), golden.pixels().processed());
    with(
        golden.encoder(),
        kernels,
        encoder -> {
          try (WorkerPool one = new WorkerPool(1);
              WorkerPool three = new WorkerPool(3)) {
            float[][] rows = encode(encoder, golden.pixels(), one);
            float[][] otherRows = encode(encoder, other, three);
            assertThat(encode(encoder, golden.pixels(), one)).isDeepEqualTo(rows);
            assertThat(Arrays.deepEquals(otherRows, rows)).isFalse();
          }
          return encoder;
        });
  }

  @Test
  void whatItSaysOfItsRowsIsTrue() {
    GoldenRows golden = first();
    with(
        golden.encoder(),
        kernels,
        encoder -> {
          PixelTensor pixels = golden.pixels();
          assertThat(encoder.grid(pixels.processed()).tokens() * (1 + encoder.deepstackLayers()))
              .isEqualTo(golden.rows().length);
          assertThat(encoder.embeddingLength()).isEqualTo(golden.rows()[0].length);
          assertThat(encoder.preprocessing()).isEqualTo(preprocessing());
          return encoder;
        });
  }

  @Test
  void aCancelledPictureEndsBetweenLayers() {
    GoldenRows golden = first();
    with(
        golden.encoder(),
        kernels,
        encoder -> {
          PixelTensor pixels = golden.pixels();
          try (WorkerPool workers = new WorkerPool(2);
              Arena arena = Arena.ofShared()) {
            ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
            AtomicInteger asked = new AtomicInteger();
            assertThat(
                    encoder.encode(pixels, out, arena, workers, () -> asked.incrementAndGet() < 2))
                .isFalse();
            assertThat(asked).hasValue(2);
            assertThat(encoder.encode(pixels, out, arena, workers, WANTED)).isTrue();
          }
          return encoder;
        });
  }

  @Test
  void memoryThatIsNotForThePictureIsRefused() {
    GoldenRows golden = first();
    with(
        golden.encoder(),
        kernels,
        encoder -> {
          ImageGrid grid = encoder.grid(golden.pixels().processed());
          int length = encoder.embeddingLength();
          int deepstack = encoder.deepstackLayers();
          ImageGrid longer = new ImageGrid(grid.rows() + 1, grid.columns());
          refuses(encoder, golden.pixels(), longer, length, deepstack);
          refuses(encoder, golden.pixels(), grid, length + 1, deepstack);
          refuses(encoder, golden.pixels(), grid, length, deepstack + 1);
          return encoder;
        });
  }

  private static void refuses(
      ImageEncoder encoder, PixelTensor pixels, ImageGrid grid, int length, int deepstack) {
    try (WorkerPool workers = new WorkerPool(1);
        Arena arena = Arena.ofShared()) {
      ImageEmbedding out = ImageEmbedding.allocate(arena, grid, length, deepstack);
      assertThatThrownBy(() -> encoder.encode(pixels, out, arena, workers, WANTED))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("image embedding: expected");
    }
  }

  @Test
  void tensorOfAnotherShapeIsReportedByName() {
    for (Tensor tensor : tensors(first())) {
      Path file = rewrite(first(), values -> {}, all -> all.put(tensor.name(), smaller(tensor)));
      assertThatThrownBy(() -> load(file))
          .as(tensor.name())
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("tensor " + tensor.name() + ":")
          .hasMessageContaining(smaller(tensor).shape().toString());
    }
  }

  @Test
  void missingTensorIsReportedByName() {
    for (Tensor tensor : tensors(first())) {
      Path file = rewrite(first(), values -> {}, all -> all.remove(tensor.name()));
      if (optional(tensor.name())) {
        load(file);
      } else {
        assertThatThrownBy(() -> load(file))
            .as(tensor.name())
            .isInstanceOf(UnsupportedModelException.class)
            .hasMessageContaining(tensor.name());
      }
    }
  }

  @Test
  void unknownTensorIsRefused() {
    Tensor vector =
        tensors(first()).stream().filter(t -> t.shape().rank() == 1).findFirst().orElseThrow();
    Path file = rewrite(first(), values -> {}, all -> all.put("v.x", renamed(vector, "v.x")));
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.x");
  }

  @Test
  void missingKeyIsReported() {
    requiredKeys()
        .forEach(key -> {
          Path file = rewrite(first(), values -> values.remove(key), all -> {});
          assertThatThrownBy(() -> load(file))
              .as(key)
              .isInstanceOf(UnsupportedModelException.class)
              .hasMessageContaining(key);
        });
  }

  @Test
  void absurdValueIsReportedByKey() {
    absurdValues()
        .forEach(absurd -> {
          Path file =
              rewrite(first(), values -> values.put(absurd.getKey(), absurd.getValue()), all -> {});
          assertThatThrownBy(() -> load(file))
              .as(absurd.toString())
              .isInstanceOf(UnsupportedModelException.class)
              .hasMessageContaining(absurd.getKey());
        });
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(first().encoder());
    Path cut = folder.resolve("cut.gguf");
    for (int length = 0; length < whole.length; length += 499) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> load(cut))
          .as("%d bytes", length)
          .isInstanceOf(GgufFormatException.class);
    }
  }

  // Files that differ from a golden one.

  /** The golden file with changed metadata and tensors. */
  protected final Path rewrite(
      GoldenRows golden,
      Consumer<Map<String, Object>> metadata,
      Consumer<Map<String, Tensor>> change) {
    try (GgufFile file = GgufFile.open(golden.encoder())) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      file.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
      change.accept(tensors);
      Map<String, Object> values = new LinkedHashMap<>(file.metadata().values());
      metadata.accept(values);
      GgufWriter writer = new GgufWriter();
      values.forEach(writer::put);
      tensors.values().forEach(writer::tensor);
      Path changed = folder.resolve("changed.gguf");
      writer.write(changed);
      return changed;
    }
  }

  protected static Tensor renamed(Tensor tensor, String name) {
    return new Tensor(name, tensor.type(), tensor.shape(), tensor.data());
  }

  /** Copies of the tensors of a file. */
  private static List<Tensor> tensors(GoldenRows golden) {
    try (GgufFile file = GgufFile.open(golden.encoder())) {
      return file.tensors().stream()
          .map(tensor ->
              new Tensor(
                  tensor.name(),
                  tensor.type(),
                  tensor.shape(),
                  Arena.ofAuto().allocate(tensor.data().byteSize()).copyFrom(tensor.data())))
          .toList();
    }
  }

  /** One value less in each row. */
  private static Tensor smaller(Tensor tensor) {
    int last = tensor.shape().rank() - 1;
    long[] extents = IntStream.rangeClosed(0, last).mapToLong(tensor.shape()::extent).toArray();
    extents[0]--;
    Shape shape = Shape.of(extents);
    long bytes = tensor.type().bytes(shape.columns()) * shape.rows();
    return new Tensor(tensor.name(), tensor.type(), shape, tensor.data().asSlice(0, bytes));
  }

  // Running.

  protected final float[][] encode(Path path, PixelTensor pixels) {
    return encode(path, pixels, kernels, 2);
  }

  private static float[][] encode(Path path, PixelTensor pixels, Kernels kernels, int threads) {
    return with(
        path,
        kernels,
        encoder -> {
          try (WorkerPool workers = new WorkerPool(threads)) {
            return encode(encoder, pixels, workers);
          }
        });
  }

  private static float[][] encode(ImageEncoder encoder, PixelTensor pixels, WorkerPool workers) {
    try (Arena arena = Arena.ofShared();
        Arena scratch = Arena.ofShared()) {
      ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
      assertThat(encoder.encode(pixels, out, scratch, workers, WANTED)).isTrue();
      return Stream.concat(Stream.of(out.rows()), out.deepstack().stream())
          .flatMap(ImageEncoderContract::rows)
          .toArray(float[][]::new);
    }
  }

  /** What the encoder of a file wants of a picture. */
  protected final Preprocessing preprocessing(Path path) {
    return with(path, kernels, ImageEncoder::preprocessing);
  }

  protected final void load(Path path) {
    with(path, kernels, Function.identity());
  }

  private static <T> T with(Path path, Kernels kernels, Function<ImageEncoder, T> use) {
    try (GgufFile file = GgufFile.open(path)) {
      return use.apply(ImageEncoders.load(file, kernels));
    }
  }

  private static Stream<float[]> rows(FloatMatrix matrix) {
    return IntStream.range(0, matrix.rows()).mapToObj(matrix::toArray);
  }

  protected static void assertClose(float[][] found, float[][] expected) {
    double largest = 0;
    for (float[] row : expected) {
      for (float value : row) {
        largest = Math.max(largest, Math.abs(value));
      }
    }
    assertThat(found.length).isEqualTo(expected.length);
    for (int row = 0; row < expected.length; row++) {
      assertThat(found[row]).hasSameSizeAs(expected[row]);
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) found[row][i])
            .as("row %d, value %d", row, i)
            .isCloseTo(expected[row][i], within(GOLDEN_BOUND * largest));
      }
    }
  }
}
