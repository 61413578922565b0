package io.maque.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.gguf.GgufFile;
import io.maque.kernel.WorkerPool;
import io.maque.model.Batch;
import io.maque.model.GoldenLogits;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageGrid;
import io.maque.model.ImageSpan;
import io.maque.model.ModelRun;
import io.maque.nn.Residual;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.TensorType;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageRowsTest {
  private static final ImageGrid GRID = new ImageGrid(2, 3);
  private static final int PICTURE = -1;

  private final Arena arena = Arena.ofShared();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void eachSliceTakesItsPartOfAPicture() {
    ImageEmbedding picture = picture(2, 0);
    // Rows 4 and 5 of the picture and a token; then a token and rows 0 to 2.
    Batch batch =
        new Batch(
            List.of(
                slice(9, new int[] {PICTURE, PICTURE, 1}, span(5, picture)),
                slice(1, new int[] {1, PICTURE, PICTURE, PICTURE}, span(2, picture))));
    FloatMatrix hidden = FloatMatrix.allocate(arena, 7, 2);

    ImageRows.place(batch, hidden);

    assertThat(IntStream.range(0, 7).mapToObj(row -> hidden.get(row, 0)))
        .containsExactly(104f, 105f, 0f, 0f, 100f, 101f, 102f);
  }

  @Test
  void deepstackIsAddedBehindItsLayerOnly() {
    ImageEmbedding picture = picture(2, 2);
    Batch batch = new Batch(List.of(slice(0, new int[] {1, PICTURE, PICTURE}, span(1, picture))));
    FloatMatrix hidden = FloatMatrix.allocate(arena, 3, 2);
    Residual residual = new Residual(KernelLadder.choose(Optional.empty()));
    try (WorkerPool workers = new WorkerPool(2)) {
      for (int layer = 1; layer < 4; layer++) {
        ImageRows.addDeepstack(batch, layer, hidden, residual, workers);
      }
    }

    assertThat(IntStream.range(0, 3).mapToObj(row -> hidden.get(row, 0)))
        .containsExactly(0f, 300f, 301f);
  }

  @Test
  void rowsThatAreMissingOrOfAnotherModelAreAnError() {
    FloatMatrix hidden = FloatMatrix.allocate(arena, 1, 2);
    ImageSpan absent = new ImageSpan(0, GRID, Optional.empty());

    assertThatThrownBy(() ->
            ImageRows.place(new Batch(List.of(slice(0, new int[] {PICTURE}, absent))), hidden))
        .hasMessageContaining("image at position 0: expected its rows");
    assertThatThrownBy(() ->
            ImageRows.place(
                new Batch(List.of(slice(0, new int[] {PICTURE}, span(0, picture(3, 0))))), hidden))
        .hasMessageContaining("expected rows of 2 values, found 3");
    ImageRows.place(new Batch(List.of(slice(6, new int[] {1}, absent))), hidden);
  }

  /** The output of layer 0 with what deepstack adds is what the layer after it gets. */
  @Test
  void aDecoderAddsDeepstackBetweenItsLayers() {
    GoldenLogits golden = GoldenLogits.read("qwen2-tied");
    try (GgufFile file = GgufFile.open(golden.model());
        ModelRun run =
            new ModelRun(
                new Qwen2(file, KernelLadder.choose(Optional.empty())),
                TensorType.F32,
                4,
                64,
                16,
                2)) {
      int[] tokens = {5, 6, 7};
      ImageEmbedding plain = run.embedding(tokens[1]);
      ImageEmbedding deep =
          new ImageEmbedding(plain.rows(), List.of(plain.rows()), new ImageGrid(1, 1));

      List<float[][]> without = layers(run, tokens, plain);
      List<float[][]> with = layers(run, tokens, deep);

      float[] expected = without.getFirst()[1].clone();
      for (int i = 0; i < expected.length; i++) {
        expected[i] += plain.rows().get(0, i);
      }
      assertThat(with.getFirst()[0]).isEqualTo(without.getFirst()[0]);
      assertThat(with.getFirst()[1]).isEqualTo(expected);
      assertThat(with.getFirst()[2]).isEqualTo(without.getFirst()[2]);
      assertThat(with.getLast()[0]).isEqualTo(without.getLast()[0]);
      assertThat(with.getLast()[2]).isNotEqualTo(without.getLast()[2]);
    }
  }

  /** Hidden states after each layer. */
  private static List<float[][]> layers(ModelRun run, int[] tokens, ImageEmbedding picture) {
    BlockTable table = run.newSequence();
    assertThat(run.cache().reserve(table, tokens.length)).isTrue();
    int[] ids = {tokens[0], PICTURE, tokens[2]};
    List<float[][]> layers = new ArrayList<>();
    run.forward(
        new Batch(List.of(new Batch.Slice(table, 0, ids, List.of(span(1, picture))))),
        batch -> {
          layers.add(run.hidden(tokens.length));
          return batch;
        });
    return layers;
  }

  private static Batch.Slice slice(int begin, int[] tokens, ImageSpan image) {
    return new Batch.Slice(new BlockTable(), begin, tokens, List.of(image));
  }

  private static ImageSpan span(int begin, ImageEmbedding picture) {
    return new ImageSpan(begin, picture.grid(), Optional.of(picture));
  }

  /** Row r begins with 100 + r, in the deepstack of layer i with 100 (i + 2) + r. */
  private ImageEmbedding picture(int length, int deepstackLayers) {
    ImageEmbedding picture = ImageEmbedding.allocate(arena, GRID, length, deepstackLayers);
    for (int row = 0; row < GRID.tokens(); row++) {
      picture.rows().set(row, 0, 100 + row);
      for (int layer = 0; layer < deepstackLayers; layer++) {
        picture.deepstack().get(layer).set(row, 0, 100 * (layer + 2) + row);
      }
    }
    return picture;
  }
}
