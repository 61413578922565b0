package io.maque.model.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maque.boot.ImageEncoders;
import io.maque.boot.KernelLadder;
import io.maque.gguf.GgufFile;
import io.maque.image.PixelTensor;
import io.maque.image.Preprocessing;
import io.maque.image.Size;
import io.maque.model.GoldenRows;
import io.maque.model.ImageEncoderContract;
import io.maque.model.UnsupportedModelException;
import io.maque.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClipLlavaTest extends ImageEncoderContract {

  @Override
  protected List<String> encoders() {
    return List.of("llava-legacy", "llava-feature-layer");
  }

  @Override
  protected Preprocessing preprocessing() {
    return Preprocessing.llava(56);
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
        Stream.of("general.architecture"));
  }

  @Override
  protected Stream<Map.Entry<String, Object>> absurdValues() {
    return Stream.of(
        Map.entry("clip.vision.image_size", 0),
        Map.entry("clip.vision.image_size", Integer.MAX_VALUE),
        Map.entry("clip.vision.patch_size", 0),
        Map.entry("clip.vision.patch_size", 15),
        Map.entry("clip.vision.patch_size", 57),
        Map.entry("clip.vision.embedding_length", -1),
        Map.entry("clip.vision.feed_forward_length", 0),
        Map.entry("clip.vision.attention.head_count", 0),
        Map.entry("clip.vision.attention.head_count", 3),
        Map.entry("clip.vision.attention.layer_norm_epsilon", Float.NaN),
        Map.entry("clip.vision.block_count", 0),
        Map.entry("clip.vision.block_count", 1_000_000_000),
        Map.entry("clip.vision.feature_layer", new int[] {1, 2}),
        Map.entry("clip.vision.image_mean", new float[] {0.5f}),
        Map.entry("clip.vision.image_std", new float[] {0.5f, 0, 0.5f}),
        Map.entry("clip.vision.image_std", new float[0]),
        Map.entry("clip.vision.preproc.resize_mode", "stretch"),
        Map.entry("clip.projector_type", "ldp"));
  }

  @Test
  void namesAsTheyAreNowAreTheSame() {
    GoldenRows golden = first();
    Path file = rewrite(golden, values -> {}, ClipLlavaTest::swapFeedForward);
    assertClose(encode(file, golden.pixels()), golden.rows());
  }

  private static void swapFeedForward(Map<String, Tensor> tensors) {
    for (int layer = 0; layer < 3; layer++) {
      for (String kind : List.of("weight", "bias")) {
        String up = "v.blk.%d.ffn_up.%s".formatted(layer, kind);
        String down = "v.blk.%d.ffn_down.%s".formatted(layer, kind);
        Tensor first = tensors.get(down);
        tensors.put(down, renamed(tensors.get(up), down));
        tensors.put(up, renamed(first, up));
      }
    }
  }

  @Test
  void aLastBlockThatIsCountedButNotStoredIsNotMissed() {
    assertSame(values -> values.put("clip.vision.block_count", 4), tensors -> {});
  }

  @Test
  void ofAWholeTowerTheLastBlockIsLeftOut() {
    assertSame(
        values -> values.put("clip.vision.block_count", 4),
        tensors -> {
          for (Tensor tensor : List.copyOf(tensors.values())) {
            if (tensor.name().startsWith("v.blk.0.")) {
              String name = tensor.name().replace("v.blk.0.", "v.blk.3.");
              tensors.put(name, renamed(tensor, name));
            }
          }
          for (String kind : List.of("weight", "bias")) {
            String name = "v.post_ln." + kind;
            tensors.put(name, renamed(tensors.get("v.pre_ln." + kind), name));
          }
        });
  }

  @Test
  void theEarliestFilesNameNoProjectorType() {
    assertSame(values -> values.remove("clip.projector_type"), tensors -> {});
  }

  private void assertSame(
      Consumer<Map<String, Object>> metadata, Consumer<Map<String, Tensor>> tensors) {
    GoldenRows golden = first();
    Path file = rewrite(golden, metadata, tensors);
    assertClose(encode(file, golden.pixels()), golden.rows());
  }

  @Test
  void aFeatureThatIsNotStoredIsRefused() {
    for (int layer : new int[] {-2, 0, 4}) {
      Path file =
          rewrite(
              first(),
              values -> values.put("clip.vision.feature_layer", new int[] {layer}),
              tensors -> {});
      assertThatThrownBy(() -> load(file))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("feature");
    }
  }

  @Test
  void aPictureOfAnotherSizeIsRefused() {
    assertThatThrownBy(() ->
            encode(
                first().encoder(),
                new PixelTensor(new float[3 * 28 * 56], new Size(28, 56), new Size(28, 56))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("56 × 56")
        .hasMessageContaining("28 × 56");
  }

  @Test
  void aFileMaySayThatPicturesAreCropped() {
    for (String mode : List.of("pad", "crop")) {
      Path path =
          rewrite(
              first(),
              values -> values.put("clip.vision.preproc.resize_mode", mode),
              tensors -> {});
      try (GgufFile file = GgufFile.open(path)) {
        assertThat(ImageEncoders.load(file, KernelLadder.choose(Optional.empty())).preprocessing())
            .isEqualTo(mode.equals("pad") ? Preprocessing.llava(56) : Preprocessing.clip(56));
      }
    }
  }

  @Test
  void anotherProjectorIsRefusedWithWhatIsKnown() {
    Path file = rewrite(first(), values -> values.put("clip.projector_type", "ldp"), all -> {});
    assertThatThrownBy(() -> load(file)).hasMessageContaining("mlp").hasMessageContaining("ldp");
  }

  @Test
  void aTextModelIsNoEncoder() {
    Path file = rewrite(first(), values -> values.put("general.architecture", "llama"), all -> {});
    assertThatThrownBy(() -> load(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("general.architecture")
        .hasMessageContaining("llama");
  }
}
