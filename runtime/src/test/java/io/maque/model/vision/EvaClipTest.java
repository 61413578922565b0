package io.maque.model.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maque.boot.KernelLadder;
import io.maque.gguf.GgufFile;
import io.maque.image.ImageDecoder;
import io.maque.image.ImageLimits;
import io.maque.image.Preprocessing;
import io.maque.kernel.Kernels;
import io.maque.kernel.WorkerPool;
import io.maque.model.GoldenConversation;
import io.maque.model.GoldenRows;
import io.maque.model.WeightReader;
import io.maque.tensor.FloatMatrix;
import io.maque.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MiniGPT-4's encoders share: pixels, tower, keys; and what comes out on the way. */
class EvaClipTest {
  private static final List<String> PICTURES = List.of("square", "wide", "tall", "tiny", "huge");

  /** Largest difference of a value, relative to the largest. */
  private static final double GOLDEN_BOUND = 1e-4;

  private final Kernels kernels = KernelLadder.choose(Optional.empty());

  /** Names of the golden rows of an encoder, one for each picture. */
  static List<String> pictures(String encoder) {
    return PICTURES.stream().map(picture -> encoder + "-" + picture).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"square", "wide", "tall", "tiny", "huge"})
  void pixelsAreThoseOfTheReference(String picture) throws IOException {
    byte[] file = Files.readAllBytes(GoldenConversation.FOLDER.resolve(picture + ".png"));
    assertThat(
            Preprocessing.miniGpt4(32)
                .apply(new ImageDecoder(ImageLimits.DEFAULT).decode(file))
                .values())
        .isEqualTo(GoldenRows.read("minigpt4-vicuna-" + picture).pixels().values());
  }

  /** Both bridges begin with the same tower, of which all rows go on. */
  @Test
  void towerAndQFormerAreThoseOfTheReference() {
    GoldenRows golden = GoldenRows.read("minigpt4-vicuna-square");
    Path rows = golden.encoder().resolveSibling("minigpt4-vicuna-square.rows.gguf");
    try (GgufFile file = GgufFile.open(golden.encoder());
        GgufFile expected = GgufFile.open(rows);
        Arena arena = Arena.ofShared();
        WorkerPool workers = new WorkerPool(2)) {
      EvaQFormer.Config config = EvaQFormer.Config.read(file);
      WeightReader weights = new WeightReader(file, config.sizes());
      EvaClip tower =
          new EvaClip(kernels, EvaClip.Weights.read(weights, file, config.tower()), config.tower());
      QFormer qformer =
          new QFormer(kernels, QFormer.Weights.read(weights, config.qformer()), config.qformer());

      FloatMatrix context =
          tower.forward(golden.pixels(), arena, workers, () -> true).orElseThrow();
      assertClose(context, expected.tensor("tower"));
      FloatMatrix bridge = qformer.forward(context, arena, workers, () -> true).orElseThrow();
      assertClose(bridge, expected.tensor("bridge"));
    }
  }

  private static void assertClose(FloatMatrix found, Tensor expected) {
    float[] values = expected.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    assertThat(found.rows() * found.columns()).isEqualTo(values.length);
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < values.length; i++) {
      assertThat((double) found.get(i / found.columns(), i % found.columns()))
          .as("%s, row %d, value %d", expected.name(), i / found.columns(), i % found.columns())
          .isCloseTo(values[i], within(GOLDEN_BOUND * largest));
    }
  }

  /** Keys without which a file of either encoder is refused. */
  static Stream<String> requiredKeys() {
    return Stream.concat(
        Stream.of(
                "image_size",
                "patch_size",
                "embedding_length",
                "feed_forward_length",
                "block_count",
                "attention.head_count",
                "attention.layer_norm_epsilon",
                "post_norm_epsilon",
                "image_mean",
                "image_std")
            .map("clip.vision."::concat),
        Stream.of("general.architecture", "clip.projector_type"));
  }

  /** Values that are refused in a file of either encoder. */
  static Stream<Map.Entry<String, Object>> absurdValues() {
    return Stream.of(
        Map.entry("clip.projector_type", "minigpt4"),
        Map.entry("clip.use_gelu", false),
        Map.entry("clip.vision.gelu_variant", "tanh"),
        Map.entry("clip.vision.preproc.resize_mode", "pad"),
        Map.entry("clip.vision.preproc.resample", "bilinear"),
        Map.entry("clip.vision.image_size", 0),
        Map.entry("clip.vision.image_size", Integer.MAX_VALUE),
        Map.entry("clip.vision.image_size", 4096),
        Map.entry("clip.vision.patch_size", 5),
        Map.entry("clip.vision.patch_size", 64),
        Map.entry("clip.vision.embedding_length", -1),
        Map.entry("clip.vision.feed_forward_length", 0),
        Map.entry("clip.vision.block_count", 0),
        Map.entry("clip.vision.block_count", 1_000_000_000),
        Map.entry("clip.vision.attention.head_count", 5),
        Map.entry("clip.vision.attention.layer_norm_epsilon", 0f),
        Map.entry("clip.vision.post_norm_epsilon", Float.NaN),
        Map.entry("clip.vision.projection_dim", 63),
        Map.entry("clip.vision.image_mean", new float[] {0.5f, 0.5f}),
        Map.entry("clip.vision.image_std", new float[] {0.5f, 0.5f, 0}));
  }
}
