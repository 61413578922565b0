package io.maque.model.multimodal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.Architectures;
import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.cache.BlockTable;
import io.maque.chat.ImageDetail;
import io.maque.gguf.GgufFile;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageLimits;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.kernel.Kernels;
import io.maque.kernel.WorkerPool;
import io.maque.kernel.Workers;
import io.maque.model.Batch;
import io.maque.model.GoldenConversation;
import io.maque.model.ImageEmbedding;
import io.maque.model.ImageEncoder;
import io.maque.model.ImageGrid;
import io.maque.model.ImageSpan;
import io.maque.model.ModelRun;
import io.maque.model.TextModelConfig;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A picture's way from its file to the answer, beside what transformers computes. */
class Qwen3VlTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  /** Relative to the largest logit; both sides compute in f32. */
  private static final double BOUND = 1e-4;

  private static final int MOST_TOKENS = 256;

  static List<GoldenConversation> golden() {
    return GoldenConversation.all("qwen3vl");
  }

  @ParameterizedTest
  @MethodSource("golden")
  void logitsAndGreedyTokensAreThoseOfTheReference(GoldenConversation golden) {
    for (Optional<String> rung : List.of(Optional.<String>empty(), Optional.of("scalar"))) {
      Kernels kernels = KernelLadder.choose(rung);
      try (Arena arena = Arena.ofShared();
          Text text = new Text(kernels)) {
        List<ImageSpan> images = encode(golden, kernels, arena);
        BlockTable table = text.run.newSequence();
        float[][] logits = text.run.forward(table, MOST_TOKENS, 0, images, golden.prompt());
        int kept = golden.logits().length;
        assertClose(
            Arrays.copyOfRange(logits, logits.length - kept, logits.length), golden.logits());
        assertThat(greedy(text.run, table, logits[logits.length - 1], images, golden))
            .isEqualTo(golden.greedy());
      }
    }
  }

  private static int[] greedy(
      ModelRun run,
      BlockTable table,
      float[] logits,
      List<ImageSpan> images,
      GoldenConversation golden) {
    int[] found = new int[golden.greedy().length];
    float[] next = logits;
    for (int i = 0; i < found.length; i++) {
      found[i] = argmax(next);
      next = run.forward(table, 1, golden.prompt().length + i, images, found[i])[0];
    }
    return found;
  }

  private static int argmax(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((best, i) -> logits[i] > logits[best] ? i : best)
        .orElseThrow();
  }

  /** Pieces end before, in and behind pictures; the same bits however a prompt is cut. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 31})
  void aPromptMayBeCutInTheMiddleOfAPicture(int chunk) {
    Kernels kernels = KernelLadder.choose(Optional.of("scalar"));
    for (GoldenConversation golden : golden()) {
      try (Arena arena = Arena.ofShared();
          Text text = new Text(kernels)) {
        List<ImageSpan> images = encode(golden, kernels, arena);
        float[][] whole = text.run.prefill(MOST_TOKENS, images, golden.prompt());
        assertThat(text.run.prefill(chunk, images, golden.prompt()))
            .as(golden.name())
            .isDeepEqualTo(whole);
      }
    }
  }

  /** Rows of a picture are asked for only by slices in which they stand. */
  @Test
  void whatIsInTheCacheNeedsNoRows() {
    GoldenConversation golden = named("qwen3vl-several");
    Kernels kernels = KernelLadder.choose(Optional.of("scalar"));
    try (Arena arena = Arena.ofShared();
        Text text = new Text(kernels)) {
      List<ImageSpan> images = encode(golden, kernels, arena);
      int[] prompt = golden.prompt();
      float[][] whole = text.run.prefill(MOST_TOKENS, images, prompt);
      int cut = images.getLast().end();
      BlockTable table = text.run.newSequence();
      text.run.forward(table, MOST_TOKENS, 0, images, Arrays.copyOf(prompt, cut));
      List<ImageSpan> placesOnly =
          images.stream()
              .map(image -> new ImageSpan(image.begin(), image.grid(), Optional.empty()))
              .toList();
      int[] rest = Arrays.copyOfRange(prompt, cut, prompt.length);
      assertThat(text.run.forward(table, MOST_TOKENS, cut, placesOnly, rest))
          .isDeepEqualTo(Arrays.copyOfRange(whole, cut, prompt.length));
    }
  }

  @Test
  void conversationsInABatchDoNotSeeEachOther() {
    GoldenConversation one = named("qwen3vl-square");
    GoldenConversation other = named("qwen3vl-several");
    Kernels kernels = KernelLadder.choose(Optional.of("scalar"));
    try (Arena arena = Arena.ofShared();
        Text text = new Text(kernels)) {
      float[][][] alone = new float[2][][];
      List<Batch.Slice> slices = new ArrayList<>();
      for (GoldenConversation golden : List.of(one, other)) {
        List<ImageSpan> images = encode(golden, kernels, arena);
        alone[slices.size()] = text.run.prefill(MOST_TOKENS, images, golden.prompt());
        BlockTable table = text.run.newSequence();
        assertThat(text.run.cache().reserve(table, golden.prompt().length)).isTrue();
        slices.add(new Batch.Slice(table, 0, golden.prompt(), images));
      }
      float[][] together = text.run.forward(new Batch(slices));
      int border = one.prompt().length;
      assertThat(Arrays.copyOf(together, border)).isDeepEqualTo(alone[0]);
      assertThat(Arrays.copyOfRange(together, border, together.length)).isDeepEqualTo(alone[1]);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageDetail.class)
  void detailBoundsTheTokensOfAPicture(ImageDetail detail) {
    Qwen3Vl model = new Qwen3Vl(new PublishedEncoder(), 32_768);
    int[] tokens = {
      tokens(model, detail, 64, 64), tokens(model, detail, 640, 480),
      tokens(model, detail, 1024, 1024), tokens(model, detail, 4000, 3000),
      tokens(model, detail, 8000, 6000)
    };
    assertThat(tokens)
        .containsExactly(
            switch (detail) {
              case LOW -> new int[] {64, 234, 256, 234, 234};
              case AUTO -> new int[] {64, 300, 1024, 4015, 4015};
              case HIGH -> new int[] {64, 300, 1024, 11_750, 16_170};
            });
  }

  private static int tokens(Qwen3Vl model, ImageDetail detail, int width, int height) {
    Size processed = model.preprocessing(detail).geometry().processed(new Size(width, height));
    return model.encoder().grid(processed).tokens();
  }

  /** What the published file says of pictures. */
  private record PublishedEncoder() implements ImageEncoder {

    @Override
    public int embeddingLength() {
      return 2048;
    }

    @Override
    public Preprocessing preprocessing() {
      return Preprocessing.qwen3Vl(32, 65_536, 16_777_216);
    }

    @Override
    public ImageGrid grid(Size processed) {
      return new ImageGrid(processed.height() / 32, processed.width() / 32);
    }

    @Override
    public int deepstackLayers() {
      return 3;
    }

    @Override
    public boolean encode(
        PixelTensor pixels,
        ImageEmbedding out,
        Arena scratch,
        Workers workers,
        BooleanSupplier stillWanted) {
      throw new UnsupportedOperationException("encodes nothing");
    }
  }

  @Test
  void aPictureTakesHalfOfTheContextUnlessAskedFor() {
    Qwen3Vl model = new Qwen3Vl(new PublishedEncoder(), 2048);
    assertThat(tokens(model, ImageDetail.AUTO, 1024, 1024)).isEqualTo(1024);
    assertThat(tokens(model, ImageDetail.AUTO, 4000, 3000)).isEqualTo(972);
    assertThat(tokens(model, ImageDetail.HIGH, 4000, 3000)).isEqualTo(11_750);
  }

  @Test
  void anotherTextModelIsRefused() {
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("models/qwen3vl.gguf"))) {
      assertThatThrownBy(() -> Qwen3Vl.of(new PublishedEncoder(), file, config("qwen3", 28), 4096))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("expected a text model of architecture qwen3vl, found qwen3")
          .hasMessageContaining("published with this text model");
      assertThatThrownBy(
              () -> Qwen3Vl.of(new PublishedEncoder(), file, config("qwen3vl", 28), 4096))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("adds to 3 layers, the text model expects it of 2");
    }
  }

  private static TextModelConfig config(String architecture, int blocks) {
    return new TextModelConfig(architecture, 4096, 2048, blocks, 64, 1, 1, 64, 64, 300);
  }

  private static GoldenConversation named(String name) {
    return golden().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertClose(float[][] found, float[][] expected) {
    for (int row = 0; row < expected.length; row++) {
      double largest = 0;
      for (float value : expected[row]) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected[row].length; i++) {
        assertThat((double) found[row][i])
            .as("logit %d of row %d", i, row)
            .isCloseTo(expected[row][i], within(BOUND * largest));
      }
    }
  }

  /** Where the pictures stand, with what the encoder makes of their files. */
  private static List<ImageSpan> encode(GoldenConversation golden, Kernels kernels, Arena arena) {
    List<ImageSpan> spans = new ArrayList<>();
    try (GgufFile file = GgufFile.open(GOLDEN.resolve("vision/qwen3vl.gguf"));
        WorkerPool workers = new WorkerPool(2);
        Arena scratch = Arena.ofShared()) {
      ImageEncoder encoder = ImageEncoders.load(file, kernels);
      for (int i = 0; i < golden.images().size(); i++) {
        PixelTensor pixels =
            encoder
                .preprocessing()
                .apply(
                    new ImageDecoder(ImageLimits.DEFAULT)
                        .decode(Files.readAllBytes(golden.pictures().get(i))));
        ImageEmbedding out = encoder.newEmbedding(arena, pixels.processed());
        assertThat(encoder.encode(pixels, out, scratch, workers, () -> true)).isTrue();
        ImageSpan place = golden.images().get(i);
        assertThat(out.grid()).isEqualTo(place.grid());
        spans.add(new ImageSpan(place.begin(), place.grid(), Optional.of(out)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return spans;
  }

  /** The tiny text model. */
  private static final class Text implements AutoCloseable {
    private final GgufFile file;
    private final ModelRun run;

    Text(Kernels kernels) {
      file = GgufFile.open(GOLDEN.resolve("models/qwen3vl.gguf"));
      run =
          new ModelRun(
              Architectures.load(file, kernels, 512),
              TensorType.F32,
              4,
              4 * MOST_TOKENS,
              MOST_TOKENS,
              2);
    }

    @Override
    public void close() {
      run.close();
      file.close();
    }
  }
}
