package io.maque.model.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.model.GoldenRows;
import io.maque.model.ImageEncoderContract;
import io.maque.model.UnsupportedModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class Qwen3VlVisionTest extends ImageEncoderContract {

  @Override
  protected List<String> encoders() {
    return List.of(
        "qwen3vl-square",
        "qwen3vl-wide",
        "qwen3vl-tall",
        "qwen3vl-tiny",
        "qwen3vl-huge",
        "qwen3vl-large",
        "qwen3vl-tied-square");
  }

  @Override
  protected Preprocessing preprocessing() {
    return Preprocessing.qwen3Vl(8, 256, 3840);
  }

  @Override
  protected boolean optional(String tensor) {
    return false;
  }

  @Override
  protected Stream<String> requiredKeys() {
    return Stream.concat(
        Stream.of(
                "image_size",
                "patch_size",
                "embedding_length",
                "feed_forward_length",
                "block_count",
                "attention.head_count",
                "attention.layer_norm_epsilon",
                "image_mean",
                "image_std")
            .map("clip.vision."::concat),
        Stream.of("general.architecture", "clip.projector_type"));
  }

  @Override
  protected Stream<Map.Entry<String, Object>> absurdValues() {
    return Stream.of(
        Map.entry("clip.vision.image_size", 0),
        Map.entry("clip.vision.image_size", Integer.MAX_VALUE),
        Map.entry("clip.vision.patch_size", 0),
        Map.entry("clip.vision.patch_size", 5),
        Map.entry("clip.vision.patch_size", 25),
        Map.entry("clip.vision.embedding_length", -1),
        Map.entry("clip.vision.feed_forward_length", 0),
        Map.entry("clip.vision.attention.head_count", 0),
        Map.entry("clip.vision.attention.head_count", 3),
        // Heads of two values: none are left for the second axis.
        Map.entry("clip.vision.attention.head_count", 16),
        Map.entry("clip.vision.attention.layer_norm_epsilon", Float.NaN),
        Map.entry("clip.vision.block_count", 0),
        Map.entry("clip.vision.block_count", 1_000_000_000),
        Map.entry("clip.vision.spatial_merge_size", 0),
        Map.entry("clip.vision.spatial_merge_size", 3),
        Map.entry("clip.vision.projection_dim", 31),
        Map.entry("clip.vision.is_deepstack_layers", new boolean[] {true}),
        Map.entry("clip.vision.image_min_pixels", 0),
        Map.entry("clip.vision.image_min_pixels", 46_340L * 46_340),
        Map.entry("clip.vision.image_max_pixels", 46_340L * 46_340),
        // Less than the least, and less than one token.
        Map.entry("clip.vision.image_max_pixels", 255),
        Map.entry("clip.vision.image_mean", new float[] {0.5f}),
        Map.entry("clip.vision.image_std", new float[] {0.5f, 0, 0.5f}),
        Map.entry("clip.use_gelu", false),
        Map.entry("clip.projector_type", "qwen4vl_merger"));
  }

  @Test
  void withoutLimitsOfPixelsThoseOfTheReferenceHold() {
    GoldenRows golden = first();
    Path file =
        rewrite(
            golden,
            values -> {
              values.remove("clip.vision.image_min_pixels");
              values.remove("clip.vision.image_max_pixels");
            },
            tensors -> {});
    assertThat(preprocessing(file)).isEqualTo(Preprocessing.qwen3Vl(8, 65_536, 16_777_216));
  }

  @Test
  void anOlderFileDoesNotNameTheMergeSize() {
    GoldenRows golden = first();
    Path file =
        rewrite(golden, values -> values.remove("clip.vision.spatial_merge_size"), tensors -> {});
    assertClose(encode(file, golden.pixels()), golden.rows());
  }

  @Test
  void aMergerOfABlockThatHasNoneIsRefused() {
    Path file =
        rewrite(
            first(),
            values ->
                values.put(
                    "clip.vision.is_deepstack_layers", new boolean[] {false, true, false, false}),
            tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("v.deepstack.2.");
  }

  @Test
  void aTableOfPositionsOfAnotherSizeIsRefused() {
    Path file = rewrite(first(), values -> values.put("clip.vision.image_size", 20), tensors -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tensor v.position_embd.weight: expected shape [32, 25]")
        .hasMessageContaining("image_size=20");
  }

  @Test
  void aPictureThatIsNotOfWholeTokensIsRefused() {
    Size size = new Size(24, 28);
    assertThatThrownBy(
            () -> encode(first().encoder(), new PixelTensor(new float[3 * 24 * 28], size, size)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a picture whose sides are multiples of 8 pixels, found 24 × 28");
  }
}
